// What one user sees of the workspace -> the page; what the user does -> the server. Draws no blocks itself.

import { ask, el, reconcile, redraw } from "./dom.js";
import { blocks } from "./blocks.js";
import { composer } from "./compose.js";
import { ago, avatar, message } from "./message.js";
import { modal } from "./modal.js";

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
const now = () => Date.now() / 1000 + offset;

const looking = (inThread) => ({
  me: state.me, bot: state.bot, names: names(), channel: channel().id, thread: inThread, now,
  shortcuts: state.shortcuts.filter((s) => s.kind === "message"), open: (ts) => go({ thread: ts }),
});

// A reader at the end sees the last message from its first line on; one of older words is left alone.
function list(parent, scroller, items, inThread, fresh) {
  const last = parent.lastElementChild;
  const end = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const atLast = last && last.getBoundingClientRect().top >= scroller.getBoundingClientRect().top - 80;
  const changed = reconcile(parent, items, (m) => `${state.me} ${m.ts} ${inThread}`, (m) => message(m, looking(inThread)));
  if (!changed || !(fresh || end || atLast)) return;
  const newest = [...parent.children].findLast((node) => !node.classList.contains("ephemeral")) || parent;
  scroller.scrollTop += newest.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
}

const where = (threaded) => () => ({ user: state.me, channel: channel().id, thread_ts: threaded ? here().get("thread") : null, direct: channel().kind === "im" });
const commands = () => state?.commands || [];
const boxes = {};

function place() {
  boxes.compose.place();
  boxes.reply.place();
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
      prompts.map((p) => el("button", { type: "button", class: "prompt", onclick: () => boxes.compose.say(p.message) }, p.title))),
    el("p", { class: "note" }, "A research tool, not investment advice.")]);
}

// What was seen of each channel, for this tab: new words elsewhere make its name bold.
const seen = new Map();
const latest = (c) => c.messages.at(-1)?.ts || "";
const unread = (c) => c.id !== channel().id && latest(c) > (seen.get(`${state.me} ${c.id}`) || "");

function side() {
  seen.set(`${state.me} ${channel().id}`, latest(channel()));
  const entry = (c) => el("button", { type: "button", class: `place ${unread(c) ? "unread" : ""}`, "aria-label": unread(c) ? `${c.name}, new messages` : null, "aria-current": c.id === channel().id ? "page" : null, onclick: () => { go({ channel: c.id, thread: "", tab: "" }); if (c.kind === "im") ask("/ui/open", { user: state.me, tab: "messages" }); else ask("/ui/look", { user: state.me, channel: c.id }); } },
    c.kind === "im" ? avatar(state.bot, looking(), true) : el("span", { class: "hash", "aria-hidden": "true" }, "#"), c.name);
  const group = (title, kind) => [el("h2", {}, title), state.channels.filter((c) => c.kind === kind).map(entry)];
  redraw($("places"), [state.channels.map((c) => [c.id, c.name, unread(c)]), channel().id], () => [group("Channels", "channel"), group("Direct messages", "im")]);
  const people = () => state.users.filter((u) => !u.is_bot).map((u) => el("label", { class: "person" },
    el("input", { type: "radio", name: "me", value: u.name, checked: u.id === state.me, onchange: () => go({ user: u.name, channel: channel().kind === "im" ? "" : channel().id, thread: channel().kind === "im" ? "" : here().get("thread") }) }),
    avatar(u.id, looking(), true), el("span", {}, u.real_name, el("small", {}, u.profile.title))));
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
  if (home) redraw($("home"), [state.home, state.me], () => (state.home ? blocks(state.home.blocks, { names: names(), me: state.me, click: (action_id, chosen) => ask("/ui/click", { user: state.me, view_id: state.home.id, action_id, chosen }) }) : [el("p", { class: "note" }, "Tape has not set up its home yet.")]));
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
    const working = c.sessions[top.ts]?.status === "processing";
    $("status").hidden = !status && !working;
    redraw($("status"), [status, working, top.ts], () => [status ? `${names()[state.bot]} ${status}` : `${names()[state.bot]} is working`,
      working ? el("button", { type: "button", class: "stop", onclick: () => ask("/ui/stop", { user: state.me, channel: c.id, thread_ts: top.ts }) }, "Stop") : null]);
  }
  modal(state.modal, { user: state.me, me: state.me, names: names() });
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

const posted = (threaded) => ({ ts }) => { if (!threaded && ts) go({ thread: ts, tab: "" }); };
boxes.compose = composer({ form: $("compose"), boxId: "box", label: "Message", where: where(false), commands, posted: posted(false) });
boxes.reply = composer({ form: $("reply"), boxId: "reply-box", label: "Reply in the thread", where: where(true), commands, posted: posted(true) });

// Light or dark as the system has it, unless somebody chose.
const theme = (name) => { if (name) document.documentElement.dataset.theme = name; };
theme(localStorage.getItem("theme"));
$("theme").addEventListener("click", () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  localStorage.setItem("theme", dark ? "light" : "dark");
  theme(localStorage.getItem("theme"));
});
$("shut").addEventListener("click", () => go({ thread: "" }));
addEventListener("hashchange", () => (state && state.users.find((u) => u.name === me())?.id === state.me ? render() : load()));
addEventListener("keydown", (event) => { if (event.key === "Escape" && !$("modal").open && root()) go({ thread: "" }); });
setInterval(() => document.querySelectorAll("time[data-ts]").forEach((node) => node.replaceChildren(ago(node.dataset.ts, now()))), 20000);
listen();
