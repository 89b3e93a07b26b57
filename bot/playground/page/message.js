// One message -> a list item as Slack draws it, with what can be done to it. `p` says who looks, and where.

import { ask, el, icon } from "./dom.js";
import { blocks, tasks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";

const seconds = (ts) => Number(ts.split(".")[0]);

export function ago(ts, now) {
  const age = now - seconds(ts);
  if (age < 60) return "just now";
  if (age < 3600) return `${Math.floor(age / 60)} min ago`;
  if (age < 86400) return `${Math.floor(age / 3600)} h ago`;
  return new Date(seconds(ts) * 1000).toLocaleDateString();
}

export const avatar = (id, p, small) => el("span", { class: `avatar ${small ? "small" : ""} ${id === p.bot ? "bot" : ""}`, "aria-hidden": "true", "data-who": id }, id === p.bot ? "≋" : (p.names[id] || "?")[0]);
const when = (ts, p) => el("time", { "data-ts": ts, title: new Date(seconds(ts) * 1000).toLocaleString() }, ago(ts, p.now()));

export function message(m, p) {
  const note = el("p", { class: "error", role: "alert" });
  const told = (answered, what) => note.replaceChildren(answered ? "" : `Tape did not answer this ${what} in time.`);
  const click = async (action_id, chosen) => {
    note.replaceChildren();
    told((await ask("/ui/click", { user: p.me, channel: p.channel, ts: m.ts, action_id, chosen })).answered, "click");
  };
  const shortcut = async (callback_id) => told((await ask("/ui/shortcut", { user: p.me, channel: p.channel, ts: m.ts, callback_id })).answered, "shortcut");
  const replies = m.reply_count && !p.thread ? el("button", { class: "replies", type: "button", onclick: () => p.open(m.ts) },
    m.reply_users.map((id) => avatar(id, p, true)), el("b", {}, `${m.reply_count} ${m.reply_count === 1 ? "reply" : "replies"}`), el("span", { class: "note" }, "Last reply ", when(m.latest_reply, p))) : null;
  const tools = el("div", { class: "tools" },
    !p.thread && !m.reply ? el("button", { class: "start", type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: () => p.open(m.ts) }, "↩ Reply") : null,
    m.ephemeral ? null : p.shortcuts.map((s) => el("button", { type: "button", class: "shortcut", "data-callback": s.callback_id, onclick: () => shortcut(s.callback_id) }, s.name)));
  return el("li", { class: `message ${m.ephemeral ? "ephemeral" : ""}`, "data-ts": m.ts, "aria-busy": m.streaming ? "true" : null },
    avatar(m.user, p),
    el("div", { class: "body" },
      m.ephemeral ? el("p", { class: "note" }, "Only visible to you") : null,
      el("div", { class: "by" }, el("b", {}, p.names[m.user]), m.bot_id ? el("span", { class: "app" }, "APP") : null, when(m.ts, p), m.edited ? el("span", { class: "note" }, "(edited)") : null),
      el("div", { class: "content" }, content(m, { names: p.names, me: p.me, click }), (m.files || []).map((f) => attached(f, p)), (m.attachments || []).map((a) => el("div", { class: "card-link" }, a.blocks ? blocks(a.blocks, { names: p.names, me: p.me, click }) : mrkdwn(a.text || a.fallback || "", p.names)))),
      m.reactions ? el("div", { class: "reactions" }, m.reactions.map((r) => el("span", {}, mrkdwn(`:${r.name}:`, {}), ` ${r.count}`))) : null,
      note, replies,
      m.working && !p.thread ? el("p", { class: "working" }, `${p.names[p.bot]} ${m.working}`) : null),
    tools.childElementCount ? tools : null);
}

// A stream shows its steps and its words as they come, and under them the blocks that it ended with.
function content(m, place) {
  if (!m.streamed) return m.blocks ? blocks(m.blocks, place) : mrkdwn(m.text, place.names);
  const steps = m.tasks.length || m.plan ? tasks(m) : null;
  const broken = m.broken ? el("p", { class: "error" }, "This message was never finished.") : null;
  return [steps, m.blocks ? blocks(m.blocks, place) : mrkdwn(m.text, place.names), broken];
}

function attached(file, p) {
  const address = `/ui/file/${file.id}?user=${p.me}`;
  const name = [el("b", {}, file.title || file.name), " ", el("span", { class: "note" }, `${Math.ceil(file.size / 1024)} KB`)];
  if (/^image\/(png|jpeg|gif)$/.test(file.mimetype)) return el("figure", { class: "b-picture" }, el("figcaption", {}, name), el("img", { src: address, alt: file.alt_txt || file.title || file.name }));
  return el("span", { class: "attached" }, icon("page"), el("a", { href: address, download: file.name }, name));
}
