// Descriptions -> elements. Text becomes text nodes only, so hostile words stay words.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function shape(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  node.append(...children.flat(9));
  return node;
}

// Drawn here, since a machine may have no font for them.
const ICONS = {
  up: "M5 11v9H2v-9zM7 20V10l4-8c2 0 2.5 1.5 2 4l-.5 3H20c1.5 0 2 1 1.8 2l-1.5 7c-.3 1.3-1 2-2.3 2z",
  clip: "M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.700 4.700l-8.5 8.5a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5",
  trash: "M4 6h16M9 6V4h6v2M6 6l1 14h10l1-14M10 10v6M14 10v6",
  page: "M6 2h8l5 5v15H6zM14 2v5h5",
};
export const icon = (name) => shape("svg", { viewBox: "0 0 24 24", class: `icon ${name}`, "aria-hidden": "true" }, shape("path", { d: ICONS[name === "down" ? "up" : name] }));

// Only the web and mail: anything else is shown as words.
export function link(url, ...label) {
  const safe = /^(https?:\/\/|mailto:)/i.test(url);
  if (!safe) return el("span", {}, ...label);
  return el("a", { href: url, target: "_blank", rel: "noreferrer" }, ...label);
}

// Keep nodes whose item did not change: focus, selection and scroll survive a redraw.
export function reconcile(parent, items, keyOf, draw) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const print = JSON.stringify(item);
    const known = old.get(keyOf(item));
    if (known && known.print === print) return known;
    const node = draw(item);
    node.dataset.key = keyOf(item);
    node.print = print;
    return node;
  });
  const same = nodes.length === parent.children.length && nodes.every((node, i) => node === parent.children[i]);
  if (!same) parent.replaceChildren(...nodes);
  return !same;
}

// Draw a part anew only when what it shows has changed, and leave the focus where it was.
export function redraw(parent, shown, make) {
  const print = JSON.stringify(shown);
  if (parent.print === print) return;
  const stops = () => [...parent.querySelectorAll("button, input, a")];
  const focused = stops().indexOf(document.activeElement);
  parent.print = print;
  parent.replaceChildren(...[make()].flat(9).filter((child) => child !== null));
  if (focused >= 0) stops()[focused]?.focus();
}

export async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(path, options || {});
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}
