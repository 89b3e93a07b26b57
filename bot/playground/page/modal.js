// The view on top of a user's windows -> a dialog with close and submit.

import { ask, el } from "./dom.js";
import { blocks } from "./blocks.js";
import { words } from "./mrkdwn.js";

const dialog = document.getElementById("modal");
let shown = "";

export function modal(view, place) {
  const print = view ? `${place.user} ${view.id} ${view.hash}` : "";
  if (print === shown) return;
  shown = print;
  if (!view) return dialog.close();
  draw(view, place, {});
  if (!dialog.open) dialog.showModal();
}

function draw(view, place, errors) {
  const fields = [];
  const say = el("p", { class: "error", role: "alert" });
  const filled = () => {
    const values = {};
    for (const { block, action, read } of fields) (values[block] ||= {})[action] = read();
    return values;
  };
  const click = (action_id, chosen) => ask("/ui/click", { user: place.user, view_id: view.id, action_id, chosen, values: filled() });
  const close = () => ask("/ui/close", { user: place.user });
  const submit = async (event) => {
    event.preventDefault();
    const values = filled();
    const { answered, errors: wrong } = await ask("/ui/submit", { user: place.user, values });
    if (!answered) say.replaceChildren("Tape did not answer in time. Try again.");
    else if (Object.keys(wrong).length) draw({ ...view, blocks: keep(view.blocks, values) }, place, wrong);
  };
  const body = el("div", { class: "scroll" }, blocks(view.blocks, { ...place, click, fields, errors }));
  const buttons = el("footer", {}, say,
    el("button", { type: "button", class: "button", onclick: close }, view.close ? words(view.close, place.names) : "Close"),
    view.submit ? el("button", { type: "submit", class: "button primary" }, words(view.submit, place.names)) : null);
  const head = el("header", {}, el("h2", { id: "modal-title" }, words(view.title, place.names)),
    el("button", { type: "button", class: "plain", "aria-label": "Close", onclick: close }, "✕"));
  dialog.replaceChildren(el("form", { onsubmit: submit }, head, body, buttons));
  body.querySelector(".error")?.parentElement.scrollIntoView({ block: "center" });
  dialog.oncancel = (event) => { event.preventDefault(); close(); };
}

// What was typed stays when the app finds fault with it.
function keep(list, values) {
  return list.map((b) => {
    const value = b.type === "input" ? values[b.block_id]?.[b.element.action_id] : null;
    if (!value) return b;
    const { initial_value, initial_date, initial_time, initial_option, initial_options, initial_user, initial_channel, initial_conversation, ...bare } = b.element;
    const filled = {
      initial_value: value.value, initial_date: value.selected_date, initial_time: value.selected_time,
      initial_option: value.selected_option, initial_options: value.selected_options, initial_user: value.selected_user,
      initial_channel: value.selected_channel, initial_conversation: value.selected_conversation,
    };
    return { ...b, element: { ...bare, ...Object.fromEntries(Object.entries(filled).filter(([, v]) => v)) } };
  });
}
