// What one user sees of the workspace -> the page; what the user does -> the server. Draws no blocks itself.

import { ask, el, reconcile, redraw } from "./dom.js";
import { blocks } from "./blocks.js";
import { modal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";

const $ = (id) => document.getElementById(id);
let state = null;
let offset = 0; // the server's clock minus ours, in seconds
let failure = "";

// Where the user is, kept in the address so that a reload stays there.
const here = () => new URLSearchParams(location.hash.slice(1));
const me = () => here().get("user") || "ada";
function go(changes) {
  const next = here();
  for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
  location.hash = next.toString();
}

const channel = () => state.channels.find((c) => c.id === here().get("channel")) || state.channels[0];
const root = () => channel().messages.find((m) => m.ts === here().get("thread"));
const names = () => Object.fromEntries([...state.users.map((u) => [u.id, u.real_name]), ...state.channels.map((c) => [c.id, c.name])]);
const seconds = (ts) => Number(ts.split(".")[0]);

function ago(ts) {
  const age = Date.now() / 1000 + offset - seconds(ts);
  if (age < 60) return "just now";
  if (age < 3600) return `${Math.floor(age / 60)} min ago`;
  if (age < 86400) return `${Math.floor(age / 3600)} h ago`;
  return new Date(seconds(ts) * 1000).toLocaleDateString();
}

const when = (ts) => el("time", { "data-ts": ts, title: new Date(seconds(ts) * 1000).toLocaleString() }, ago(ts));
const avatar = (id, small) => el("span", { class: `avatar ${small ? "small" : ""} ${id === state.bot ? "bot" : ""}`, "aria-hidden": "true", "data-who": id }, id === state.bot ? "≋" : (names()[id] || "?")[0]);

function message(m, inThread) {
  const note = el("p", { class: "error", role: "alert" });
  const click = async (action_id, chosen) => {
    note.replaceChildren();
    const { answered } = await ask("/ui/click", { user: state.me, channel: channel().id, ts: m.ts, action_id, chosen });
    if (!answered) note.replaceChildren("Tape did not answer this click in time.");
  };
  const content = m.blocks ? blocks(m.blocks, { names: names(), click }) : mrkdwn(m.text, names());
  const replies = m.reply_count && !inThread ? el("button", { class: "replies", type: "button", onclick: () => go({ thread: m.ts }) },
    m.reply_users.map((id) => avatar(id, true)), el("b", {}, `${m.reply_count} ${m.reply_count === 1 ? "reply" : "replies"}`), el("span", { class: "note" }, "Last reply ", when(m.latest_reply))) : null;
  const working = m.working && !inThread ? el("p", { class: "working" }, `${names()[state.bot]} ${m.working}`) : null;
  const start = !inThread && !m.reply ? el("button", { class: "start", type: "button", title: "Reply in thread", "aria-label": "Reply in thread", onclick: () => { go({ thread: m.ts }); } }, "↩ Reply") : null;
  return el("li", { class: `message ${m.ephemeral ? "ephemeral" : ""}`, "data-ts": m.ts },
    avatar(m.user),
    el("div", { class: "body" },
      m.ephemeral ? el("p", { class: "note" }, "Only visible to you") : null,
      el("div", { class: "by" }, el("b", {}, names()[m.user]), m.bot_id ? el("span", { class: "app" }, "APP") : null, when(m.ts), m.edited ? el("span", { class: "note" }, "(edited)") : null),
      el("div", { class: "content" }, content),
      m.reactions ? el("div", { class: "reactions" }, m.reactions.map((r) => el("span", {}, mrkdwn(`:${r.name}:`, {}), ` ${r.count}`))) : null,
      note, replies, working),
    start);
}

// A reader at the end sees the last message from its first line on; one of older words is left alone.
function list(parent, scroller, items, inThread, fresh) {
  const last = parent.lastElementChild;
  const end = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const atLast = last && last.getBoundingClientRect().top >= scroller.getBoundingClientRect().top - 80;
  const changed = reconcile(parent, items, (m) => `${state.me} ${m.ts} ${inThread}`, (m) => message(m, inThread));
  if (!changed || !(fresh || end || atLast)) return;
  const newest = [...parent.children].findLast((node) => !node.classList.contains("ephemeral")) || parent;
  scroller.scrollTop += newest.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
}

async function say(text, thread_ts) {
  const addressed = channel().kind === "im" || /@tape\b/i.test(text) || !box(thread_ts).chip.classList.contains("on");
  const posted = await ask("/ui/say", { user: state.me, channel: channel().id, text: addressed ? text : `@Tape ${text}`, thread_ts });
  if (!thread_ts && posted.ts) go({ thread: posted.ts, tab: "" });
}

const boxes = new Map();
const box = (thread_ts) => boxes.get(thread_ts ? "reply" : "compose");

function composer(id, label, threaded) {
  const area = el("textarea", { id: id === "compose" ? "box" : "reply-box", rows: 1, "aria-label": label, autocomplete: "off" });
  const chip = el("button", { type: "button", class: "chip on", "aria-pressed": "true", title: "Press to write to your colleagues only" }, "@Tape");
  const send = el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤");
  const post = async (event) => {
    event?.preventDefault();
    const text = area.value.trim();
    if (!text) return;
    area.value = "";
    grow();
    await say(text, threaded ? here().get("thread") : null).catch(() => { area.value = text; });
    area.focus();
  };
  const grow = () => {
    area.style.height = "";
    if (area.value) area.style.height = `${area.scrollHeight}px`;
    send.disabled = !area.value.trim();
  };
  chip.addEventListener("click", () => { chip.ariaPressed = String(chip.classList.toggle("on")); area.focus(); place(); });
  area.addEventListener("input", grow);
  area.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) post(event); });
  $(id).addEventListener("submit", post);
  $(id).append(chip, area, send);
  boxes.set(id, { area, chip, grow });
  grow();
}

function place() {
  const direct = channel().kind === "im";
  for (const [id, { area, chip }] of boxes) {
    chip.hidden = direct;
    const asks = direct || chip.classList.contains("on");
    const first = id === "compose" ? "For example: which tickers benefit?" : "For example: and the losers?";
    area.placeholder = asks ? first : "Write to your colleagues";
  }
}

function welcome() {
  const prompts = channel().prompts.length ? channel().prompts : state.examples.map((text) => ({ title: text, message: text }));
  const show = channel().name !== "daily-brief" && !channel().messages.some((m) => !m.reply) && here().get("tab") !== "home";
  $("welcome").hidden = !show;
  if (!show) return;
  const read = state.samples ? ` It has read ${state.samples} sample ${state.samples === 1 ? "article" : "articles"} about real companies in invented situations.` : "";
  redraw($("welcome"), [prompts, read, channel().id], () => [
    el("h2", {}, "Ask who gains, who loses, and where it says so"),
    el("p", {}, `Tape answers from the articles it has read, with word-for-word quotes that open.${read}`),
    el("div", { class: "prompts", role: "group", "aria-label": "Example questions" },
      prompts.map((p) => el("button", { type: "button", class: "prompt", onclick: () => say(p.message, null) }, p.title))),
    el("p", { class: "note" }, "A research tool, not investment advice.")]);
}

// What was seen of each channel, for this tab: new words elsewhere make its name bold.
const seen = new Map();
const latest = (c) => c.messages.at(-1)?.ts || "";
const unread = (c) => c.id !== channel().id && latest(c) > (seen.get(`${state.me} ${c.id}`) || "");

function side() {
  seen.set(`${state.me} ${channel().id}`, latest(channel()));
  const entry = (c) => el("button", { type: "button", class: `place ${unread(c) ? "unread" : ""}`, "aria-label": unread(c) ? `${c.name}, new messages` : null, "aria-current": c.id === channel().id ? "page" : null, onclick: () => { go({ channel: c.id, thread: "", tab: "" }); if (c.kind === "im") ask("/ui/open", { user: state.me, tab: "messages" }); } },
    c.kind === "im" ? avatar(state.bot, true) : el("span", { class: "hash", "aria-hidden": "true" }, "#"), c.name);
  const group = (title, kind) => [el("h2", {}, title), state.channels.filter((c) => c.kind === kind).map(entry)];
  redraw($("places"), [state.channels.map((c) => [c.id, c.name, unread(c)]), channel().id], () => [group("Channels", "channel"), group("Direct messages", "im")]);
  const people = () => state.users.filter((u) => !u.is_bot).map((u) => el("label", { class: "person" },
    el("input", { type: "radio", name: "me", value: u.name, checked: u.id === state.me, onchange: () => go({ user: u.name, channel: channel().kind === "im" ? "" : channel().id, thread: channel().kind === "im" ? "" : here().get("thread") }) }),
    avatar(u.id, true), el("span", {}, u.real_name, el("small", {}, u.profile.title))));
  redraw($("people"), [state.users, state.me], () => [el("legend", {}, "You are"), people()]);
  $("samples").hidden = !state.samples;
}

function head() {
  const c = channel();
  $("title").replaceChildren(c.kind === "im" ? c.name : `# ${c.name}`);
  $("topic").replaceChildren(c.kind === "im" ? "Only you and Tape see this" : c.topic);
  const tab = here().get("tab") === "home" ? "home" : "messages";
  $("tabs").hidden = c.kind !== "im";
  redraw($("tabs"), [tab, state.me], () => ["home", "messages"].map((name) => el("button", { type: "button", role: "tab", "aria-selected": String(tab === name), onclick: () => { go({ tab: name === "home" ? name : "", thread: "" }); ask("/ui/open", { user: state.me, tab: name }); } }, name === "home" ? "Home" : "Messages")));
  const home = c.kind === "im" && tab === "home";
  $("home").hidden = !home;
  $("messages").hidden = $("compose").hidden = home;
  if (home) redraw($("home"), [state.home, state.me], () => (state.home ? blocks(state.home.blocks, { names: names(), click: (action_id, chosen) => ask("/ui/click", { user: state.me, view_id: state.home.id, action_id, chosen }) }) : [el("p", { class: "note" }, "Tape has not set up its home yet.")]));
}

function banner() {
  const text = failure || (state && !state.connected ? "Tape is starting: it is not connected to this playground yet. Questions are delivered when it is." : "");
  $("banner").hidden = !text;
  if ($("banner").textContent !== text) $("banner").replaceChildren(text);
}

let last = "";
function render() {
  banner();
  if (!state) return;
  const c = channel();
  const key = `${state.me} ${c.id}`;
  side();
  head();
  welcome();
  place();
  const threads = c.messages.filter((m) => !m.reply).map((m) => ({ ...m, working: c.statuses[m.ts] }));
  list($("messages"), $("scroll"), threads, false, last !== key);
  const top = root();
  $("thread").hidden = !top;
  document.body.classList.toggle("threaded", Boolean(top));
  if (top) {
    $("where").replaceChildren(c.kind === "im" ? c.name : `# ${c.name}`);
    const fresh = $("replies").dataset.of !== `${key} ${top.ts}`;
    $("replies").dataset.of = `${key} ${top.ts}`;
    list($("replies"), $("thread-scroll"), [top, ...c.messages.filter((m) => m.reply && m.thread_ts === top.ts)], true, fresh);
    const status = c.statuses[top.ts];
    $("status").hidden = !status;
    $("status").replaceChildren(status ? `${names()[state.bot]} ${status}` : "");
  }
  modal(state.modal, { user: state.me, names: names() });
  last = key;
}

let asked = 0;
async function load() {
  const turn = ++asked;
  const fresh = await ask(`/ui/state?user=${encodeURIComponent(me())}`);
  if (turn !== asked) return; // a newer question is on its way
  if (!state && fresh.modal) { // a window does not outlive its page
    await ask("/ui/close", { user: fresh.me });
    return load();
  }
  state = fresh;
  offset = state.now - Date.now() / 1000;
  render();
}

function listen() {
  const news = new EventSource("/ui/changes");
  news.onmessage = () => { failure = ""; load().catch(() => {}); };
  news.onerror = () => { failure = "The playground does not answer. Is it still running?"; banner(); };
}

composer("compose", "Message", false);
composer("reply", "Reply in the thread", true);
$("shut").addEventListener("click", () => go({ thread: "" }));
addEventListener("hashchange", () => (state && state.users.find((u) => u.name === me())?.id === state.me ? render() : load()));
addEventListener("keydown", (event) => { if (event.key === "Escape" && !$("modal").open && root()) go({ thread: "" }); });
setInterval(() => document.querySelectorAll("time[data-ts]").forEach((node) => node.replaceChildren(ago(node.dataset.ts))), 20000);
listen();
