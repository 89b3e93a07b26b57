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
