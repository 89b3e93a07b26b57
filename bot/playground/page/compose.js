// What a user types, commands or attaches -> the server. Knows no messages.

import { ask, el, icon } from "./dom.js";

const MOST = 20 * 1024 * 1024; // bytes of a file that this page sends

// `where()` says who writes where: {user, channel, thread_ts, direct}; `posted` hears of what was said.
export function composer({ form, boxId, label, where, commands, posted }) {
  const area = el("textarea", { id: boxId, rows: 1, "aria-label": label, autocomplete: "off" });
  const chip = el("button", { type: "button", class: "chip on", "aria-pressed": "true", title: "Press to write to your colleagues only" }, "@Tape");
  const file = el("input", { type: "file", hidden: true, "aria-label": "File" });
  const attach = el("button", { type: "button", class: "attach", title: "Share a file with Tape", "aria-label": "Share a file", onclick: () => file.click() }, icon("clip"));
  const send = el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤");
  const hints = el("div", { class: "hints", hidden: true });
  const note = el("p", { class: "error", role: "alert" });

  const addressed = (text) => (where().direct || /@tape\b/i.test(text) || !chip.classList.contains("on") ? text : `@Tape ${text}`);
  const say = async (text) => posted(await ask("/ui/say", { ...where(), text: addressed(text) }));

  async function command(text) {
    const known = commands().find((c) => c.name === text.split(/\s/)[0]);
    if (!known) return complain(`${text.split(/\s/)[0]} is not a command of this workspace.`, text);
    if (where().thread_ts) return complain("Slack takes commands in the channel, not in a thread.", text);
    const { answered } = await ask("/ui/command", { ...where(), text });
    if (!answered) complain("Tape did not answer this command in time.", text);
  }

  async function share() {
    const [chosen] = file.files;
    if (!chosen) return;
    if (chosen.size > MOST) return complain("This page sends files of at most 20 MB.");
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const content = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const text = area.value.trim();
    clear();
    file.value = "";
    posted(await ask("/ui/share", { ...where(), name: chosen.name, content, text: text || !chip.classList.contains("on") ? addressed(text) : addressed("") }));
  }

  function complain(words, text) {
    note.replaceChildren(words);
    if (text) area.value = text;
    grow();
  }

  async function post(event) {
    event?.preventDefault();
    const text = area.value.trim();
    if (!text) return;
    clear();
    await (text.startsWith("/") ? command(text) : say(text)).catch(() => { area.value = text; });
    area.focus();
  }

  function clear() {
    area.value = "";
    note.replaceChildren();
    grow();
  }

  function grow() {
    area.style.height = "";
    if (area.value) area.style.height = `${area.scrollHeight}px`;
    send.disabled = !area.value.trim();
    const typed = area.value.startsWith("/") && !area.value.includes(" ");
    const fitting = typed ? commands().filter((c) => c.name.startsWith(area.value)) : [];
    hints.hidden = !fitting.length;
    hints.replaceChildren(...fitting.map((c) => el("button", { type: "button", onclick: () => { area.value = `${c.name} `; area.focus(); grow(); } },
      el("b", {}, c.name), " ", el("span", { class: "note" }, [c.usage_hint, c.description].filter(Boolean).join(" · ")))));
  }

  chip.addEventListener("click", () => { chip.ariaPressed = String(chip.classList.toggle("on")); area.focus(); place(); });
  area.addEventListener("input", grow);
  area.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) post(event); });
  file.addEventListener("change", () => share().catch(() => complain("This file could not be sent.")));
  form.addEventListener("submit", post);
  form.append(chip, area, file, attach, send);
  form.before(hints);
  form.after(note);

  function place() {
    const { direct, thread_ts } = where();
    chip.hidden = direct;
    const first = thread_ts ? "For example: and the losers?" : "For example: which tickers benefit?";
    area.placeholder = direct || chip.classList.contains("on") ? first : "Write to your colleagues";
  }
  grow();
  return { place, say };
}
