// Block Kit -> nodes, as Slack draws it. `place` says who is named what, and what a click does.

import { el, icon, link } from "./dom.js";
import { chart, dataTable } from "./figures.js";
import { emoji, markdown, words } from "./mrkdwn.js";

const DRAW = {
  header: (b, p) => el("h3", { class: "b-header" }, words(b.text, p.names)),
  section,
  context: (b, p) => el("div", { class: "b-context" }, b.elements.map((e) => (e.type === "image" ? picture(e, p) : el("span", {}, words(e, p.names))))),
  divider: () => el("hr"),
  actions: (b, p) => el("div", { class: "b-actions", role: "group" }, b.elements.map((e) => element(e, b, p))),
  context_actions: (b, p) => el("div", { class: "b-actions", role: "group" }, b.elements.map((e) => element(e, b, p))),
  image: (b, p) => el("figure", {}, b.title && el("figcaption", {}, words(b.title, p.names)), picture(b, p)),
  markdown: (b, p) => markdown(b.text, p.names),
  rich_text: (b, p) => el("div", { class: "b-rich" }, b.elements.map((e) => rich(e, p))),
  table,
  data_table: (b, p) => dataTable(b, (c) => cell(c, p)),
  data_visualization: chart,
  container,
  card: (b, p) => el("div", { class: "b-card" }, ["title", "subtitle", "body", "subtext"].map((part) => b[part] && el("div", { class: part }, words(b[part], p.names))), b.actions ? el("div", { class: "b-actions" }, b.actions.map((e) => element(e, b, p))) : null),
  carousel: (b, p) => el("div", { class: "b-carousel", tabindex: 0, role: "group" }, blocks(b.elements, p)),
  alert: (b, p) => el("p", { class: `b-alert ${b.level || b.style || "default"}`, role: "note" }, words(b.text, p.names)),
  plan: (b) => tasks({ plan: b.title, tasks: b.tasks || [] }),
  task_card: (b) => tasks({ tasks: [b] }),
  file: (b) => el("p", { class: "note" }, `[file ${b.external_id}]`),
  video: (b, p) => link(b.title_url || b.video_url || "", words(b.title, p.names)),
  input,
};

export function blocks(list, place) {
  return list.map((b) => (DRAW[b.type] || unknown)(b, place));
}

// Steps of work as they go, with chips for their sources.
const SIGNS = { pending: "○", in_progress: "◐", complete: "●", error: "✕" };
export function tasks({ plan, tasks: list }) {
  return el("div", { class: "b-tasks" }, plan ? el("b", {}, plan) : null,
    list.map((t) => el("div", { class: `task ${t.status}` },
      el("span", { class: "sign", "aria-label": t.status.replace("_", " ") }, SIGNS[t.status] || "○"), el("span", {}, t.title),
      t.details ? el("span", { class: "note" }, t.details) : null, t.output ? el("span", { class: "note" }, t.output) : null,
      (t.sources || []).map((s) => el("span", { class: "source" }, link(s.url, s.text || s.url))))));
}

function container(b, p) {
  const inner = el("div", { class: "inner" }, blocks(b.child_blocks || b.blocks || [], p));
  const title = [b.title && el("b", {}, words(b.title, p.names)), b.subtitle && el("span", { class: "note" }, words(b.subtitle, p.names))];
  if (!b.is_collapsible && !b.collapsible) return el("div", { class: "b-container" }, title, inner);
  return el("details", { class: "b-container", open: !(b.default_collapsed || b.is_collapsed) }, el("summary", {}, title), inner);
}

const unknown = (b) => el("p", { class: "note" }, `The playground does not draw "${b.type}" blocks yet.`);

function section(b, p) {
  const fields = (b.fields || []).map((field) => el("div", {}, words(field, p.names)));
  return el("div", { class: "b-section" },
    el("div", { class: "text" }, words(b.text, p.names), fields.length ? el("div", { class: "fields" }, fields) : null),
    b.accessory ? el("div", { class: "accessory" }, element(b.accessory, b, p)) : null);
}

// The page loads pictures from this machine only; others are named and linked.
function picture(image, p) {
  if (image.slack_file) return el("img", { src: `/ui/file/${image.slack_file.id}?user=${p.me}`, alt: image.alt_text });
  const own = image.image_url && new URL(image.image_url, location.href).origin === location.origin;
  if (own || (image.image_url || "").startsWith("data:image/")) return el("img", { src: image.image_url, alt: image.alt_text });
  return link(image.image_url || "", `[image: ${image.alt_text}]`);
}

function button(e, b, p) {
  const say = (chosen = {}) => p.click(e.action_id, chosen);
  const label = words(e.text, p.names);
  const props = { class: `button ${e.style || ""}`, "aria-label": e.accessibility_label, "data-action": e.action_id };
  if (e.url) {
    const anchor = link(e.url, ...label);
    anchor.className = props.class;
    anchor.addEventListener("click", () => say());
    return anchor;
  }
  const sure = () => !e.confirm || window.confirm(e.confirm.text.text);
  return el("button", { ...props, type: "button", onclick: () => sure() && say() }, label);
}

function element(e, b, p) {
  if (e.type === "button") return button(e, b, p);
  if (e.type === "image") return picture(e, p);
  if (e.type === "feedback_buttons") {
    return [[e.positive_button, "up"], [e.negative_button, "down"]].map(([half, sign]) =>
      el("button", { class: "button feedback", type: "button", "data-action": e.action_id, "data-value": half.value, title: half.text.text, "aria-label": half.accessibility_label || half.text.text, onclick: (event) => { press(event.currentTarget); p.click(e.action_id, { value: half.value }); } }, icon(sign)));
  }
  if (e.type === "icon_button") return el("button", { class: "button feedback", type: "button", "data-action": e.action_id, title: e.text?.text, "aria-label": e.accessibility_label || e.text?.text, onclick: () => p.click(e.action_id, {}) }, icon("trash"));
  if (e.type === "overflow") return menu(e, p);
  const field = FIELDS[e.type];
  if (!field) return el("span", { class: "note" }, `[${e.type}]`);
  const { node, read } = field(e, p);
  node.dataset.action = e.action_id;
  node.addEventListener("change", () => (b.type !== "input" || b.dispatch_action) && p.click(e.action_id, read()));
  p.fields?.push({ block: b.block_id, action: e.action_id, read: () => ({ type: e.type, ...read() }) });
  return node;
}

// Three dots that open a list of actions; it closes when one is chosen.
function menu(e, p) {
  const say = (option) => { node.open = false; p.click(e.action_id, { selected_option: option }); };
  const sure = () => !e.confirm || window.confirm(e.confirm.text.text);
  const list = el("div", { class: "choices" }, e.options.map((o) => el("button", { type: "button", onclick: () => sure() && say(o) }, words(o.text, p.names))));
  const node = el("details", { class: "menu", "data-action": e.action_id, onkeydown: (event) => event.key === "Escape" && (node.open = false) },
    el("summary", { class: "button", "aria-label": "More actions", title: "More actions" }, "⋯"), list);
  return node;
}

const press = (node) => [...node.parentElement.children].forEach((other) => other.classList.toggle("pressed", other === node));

const typedIn = (type, key) => (e, p) => {
  const first = e[`initial_${key === "value" ? "value" : key.replace("selected_", "")}`];
  const props = { type, value: first, placeholder: e.placeholder?.text, maxlength: e.max_length, "aria-label": p.label };
  const node = e.multiline ? el("textarea", { ...props, rows: 4 }, first) : el("input", props);
  return { node, read: () => ({ [key]: node.value || null }) };
};

function choice(e, p) {
  const options = e.options || (e.option_groups || []).flatMap((group) => group.options);
  const node = el("select", { "aria-label": p.label || e.placeholder?.text },
    el("option", { value: "" }, e.placeholder?.text || "Choose"),
    options.map((o, i) => el("option", { value: i, selected: e.initial_option?.value === o.value }, words(o.text, p.names))));
  return { node, read: () => ({ selected_option: options[node.value] || null }) };
}

const several = (e, p) => {
  const { options } = e;
  const initial = (e.initial_options || []).map((o) => o.value);
  const node = el("select", { multiple: true, size: Math.min(6, options.length), "aria-label": p.label || e.placeholder?.text },
    options.map((o, i) => el("option", { value: i, selected: initial.includes(o.value) }, words(o.text, p.names))));
  return { node, read: () => ({ selected_options: [...node.selectedOptions].map((o) => options[o.value]) }) };
};

// Channels and people of the workspace; Slack knows them without being given a list.
const known = (key, first) => (e, p) => {
  const kinds = e.filter?.include || ["public", "private", "im"];
  const among = key.includes("user") ? "U" : key.includes("channel") ? "C" : `${kinds.some((k) => k !== "im") ? "C" : ""}${kinds.includes("im") ? "UD" : ""}`;
  const ids = Object.keys(p.names).filter((id) => among.includes(id[0]));
  const node = el("select", { "aria-label": p.label || e.placeholder?.text }, el("option", { value: "" }, e.placeholder?.text || "Choose"),
    ids.map((id) => el("option", { value: id, selected: e[first] === id }, `${id.startsWith("U") ? "@" : id.startsWith("C") ? "#" : ""}${p.names[id]}`)));
  return { node, read: () => ({ [key]: node.value || null }) };
};

const ticks = (type) => (e, p) => {
  const name = `${e.action_id}-${Math.random()}`;
  const initial = [e.initial_option, ...(e.initial_options || [])].map((o) => o?.value);
  const boxes = e.options.map((o) => el("input", { type, name, checked: initial.includes(o.value) }));
  const node = el("div", { class: "ticks" }, e.options.map((o, i) => el("label", {}, boxes[i], " ", words(o.text, p.names))));
  const picked = () => e.options.filter((_, i) => boxes[i].checked);
  return { node, read: () => (type === "radio" ? { selected_option: picked()[0] || null } : { selected_options: picked() }) };
};

const FIELDS = {
  plain_text_input: typedIn("text", "value"), number_input: typedIn("number", "value"), email_text_input: typedIn("email", "value"),
  url_text_input: typedIn("url", "value"), datepicker: typedIn("date", "selected_date"), timepicker: typedIn("time", "selected_time"),
  static_select: choice, checkboxes: ticks("checkbox"), radio_buttons: ticks("radio"), multi_static_select: several,
  users_select: known("selected_user", "initial_user"), channels_select: known("selected_channel", "initial_channel"),
  conversations_select: known("selected_conversation", "initial_conversation"),
};

function input(b, p) {
  const label = words(b.label, p.names);
  const node = element(b.element, b, { ...p, label: b.label.text });
  const error = p.errors?.[b.block_id];
  return el("div", { class: "b-input", "data-block": b.block_id },
    el("div", { class: "label" }, label, b.optional ? el("span", { class: "note" }, " (optional)") : null),
    node, b.hint ? el("p", { class: "note" }, words(b.hint, p.names)) : null,
    error ? el("p", { class: "error", role: "alert" }, error) : null);
}

function styled(e, p) {
  const text = {
    link: () => link(e.url, e.text || e.url), emoji: () => emoji(e.name), user: () => el("span", { class: "mention" }, `@${p.names[e.user_id] || e.user_id}`),
    channel: () => el("span", { class: "mention" }, `#${p.names[e.channel_id] || e.channel_id}`), broadcast: () => el("span", { class: "mention all" }, `@${e.range}`),
  }[e.type]?.() ?? e.text ?? "";
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(tags).reduce((node, [style, tag]) => (e.style?.[style] ? el(tag, {}, node) : node), text);
}

function rich(e, p) {
  const inner = (e.elements || []).map((child) => (child.elements ? rich(child, p) : styled(child, p)));
  if (e.type === "rich_text_list") {
    const list = el(e.style === "ordered" ? "ol" : "ul", { start: e.offset ? e.offset + 1 : null }, inner.map((item) => el("li", {}, item)));
    list.style.marginInlineStart = `${(e.indent || 0) * 1.5}em`;
    return list;
  }
  if (e.type === "rich_text_quote") return el("blockquote", {}, inner);
  if (e.type === "rich_text_preformatted") return el("pre", {}, el("code", {}, inner));
  return el("div", { class: "lines" }, inner);
}

const cell = (c, p) => (c.type === "rich_text" ? c.elements.map((e) => rich(e, p)) : String(c.text ?? c.value ?? ""));

function table(b, p) {
  const right = (i, c) => (b.column_settings?.[i]?.align || (c.type === "raw_number" ? "right" : "left"));
  const row = (cells, tag) => el("tr", {}, cells.map((c, i) => el(tag, { class: right(i, c), scope: tag === "th" ? "col" : null }, cell(c, p))));
  const [head, ...rest] = b.rows;
  return el("div", { class: "b-table", tabindex: 0, role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, rest.map((r) => row(r, "td")))));
}
