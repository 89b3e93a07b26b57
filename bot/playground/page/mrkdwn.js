// Slack's mrkdwn and Markdown -> nodes. Knows users and channels only through `names`.

import { el, link } from "./dom.js";

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", new: "🆕", repeat: "🔁", eyes: "👀", mag: "🔍", bell: "🔔",
  warning: "⚠️", white_check_mark: "✅", x: "❌", tada: "🎉", chart_with_upwards_trend: "📈", page_facing_up: "📄",
  chart_with_downwards_trend: "📉", newspaper: "📰", bulb: "💡", calendar: "📅", wave: "👋", sunrise: "🌅", link: "🔗",
  hourglass_flowing_sand: "⏳", arrow_up_small: "🔼", arrow_down_small: "🔽", rotating_light: "🚨", speech_balloon: "💬",
};

const SPAN = (mark) => `(?<![\\w${mark}])${mark}(?=\\S)([^\\n]*?\\S)${mark}(?![\\w${mark}])`;
const MRKDWN = [
  ["```([\\s\\S]+?)```", (m) => el("pre", {}, el("code", {}, plain(m)))],
  ["`([^`\\n]+)`", (m) => el("code", {}, plain(m))],
  ["<([^<>\\n]+)>", (m, names) => angle(m, names)],
  [SPAN("\\*"), (m, names, rules) => el("strong", {}, spans(m, rules, names))],
  [SPAN("_"), (m, names, rules) => el("em", {}, spans(m, rules, names))],
  [SPAN("~"), (m, names, rules) => el("s", {}, spans(m, rules, names))],
  [":([a-z0-9_+-]+):", (m) => emoji(m)],
];
// Without `verbatim` Slack makes links of bare addresses: seeing them here is the warning.
const BARE = ["(https?:\\/\\/[^\\s<>]+)", (m) => link(plain(m), plain(m))];
const MARKDOWN = [
  ["```([\\s\\S]+?)```", (m) => el("pre", {}, el("code", {}, m))],
  ["`([^`\\n]+)`", (m) => el("code", {}, m)],
  ["<([^<>\\n]+)>", (m, names) => angle(m, names)],
  ["(\\[[^\\]\\n]+\\]\\([^()\\s]+\\))", (m) => link(m.slice(m.lastIndexOf("](") + 2, -1), m.slice(1, m.lastIndexOf("](")))],
  ["\\*\\*(?=\\S)([^\\n]*?\\S)\\*\\*", (m, names, rules) => el("strong", {}, spans(m, rules, names))],
  ["~~(?=\\S)([^\\n]*?\\S)~~", (m, names, rules) => el("s", {}, spans(m, rules, names))],
  [SPAN("\\*"), (m, names, rules) => el("em", {}, spans(m, rules, names))],
  [SPAN("_"), (m, names, rules) => el("em", {}, spans(m, rules, names))],
];

export const plain = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const emoji = (name) => EMOJI[name] || `:${name}:`;

function angle(inside, names) {
  const [target, ...rest] = inside.split("|");
  const label = plain(rest.join("|"));
  const id = target.slice(1);
  if (target.startsWith("@")) return el("span", { class: "mention" }, `@${names[id] || label || id}`);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${names[id] || label || id}`);
  if (/^!(here|channel|everyone)/.test(target)) return el("span", { class: "mention all" }, `@${id}`);
  if (target.startsWith("!")) return el("span", {}, label || id);
  return link(plain(target), label || plain(target));
}

function spans(text, rules, names) {
  const pattern = new RegExp(rules.map(([source]) => source).join("|"), "g");
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    nodes.push(plain(text.slice(at, match.index)));
    const which = match.slice(1).findIndex((group) => group !== undefined);
    nodes.push(rules[which][1](match[which + 1], names, rules));
    at = match.index + match[0].length;
  }
  return [...nodes, plain(text.slice(at))];
}

const QUOTED = /^(&gt;|>) ?/;

export function mrkdwn(text, names, verbatim = false) {
  const rules = verbatim ? MRKDWN : [...MRKDWN, BARE];
  const parts = text.split("\n").reduce((groups, line) => {
    const quoted = QUOTED.test(line);
    const last = groups.at(-1);
    if (last && last.quoted === quoted) last.lines.push(line);
    else groups.push({ quoted, lines: [line] });
    return groups;
  }, []);
  return parts.map(({ quoted, lines }) =>
    quoted
      ? el("blockquote", {}, spans(lines.map((line) => line.replace(QUOTED, "")).join("\n"), rules, names))
      : el("span", { class: "lines" }, spans(lines.join("\n"), rules, names)),
  );
}

export function markdown(text, names) {
  const lines = text.split("\n").map((line) => {
    const heading = /^#{1,6} (.*)/.exec(line);
    if (heading) return el("strong", { class: "heading" }, spans(heading[1], MARKDOWN, names));
    const item = /^(\s*)(?:[-*]|\d+\.) (.*)/.exec(line);
    if (item) return el("span", { class: "item" }, `${item[1]}• `, spans(item[2], MARKDOWN, names));
    return el("span", { class: "line" }, spans(line, MARKDOWN, names));
  });
  return el("div", { class: "markdown" }, lines);
}

// A text object of Block Kit.
export function words(object, names) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, names, object.verbatim);
  return [object.text.replace(/:([a-z0-9_+-]+):/g, (_, name) => emoji(name))];
}
