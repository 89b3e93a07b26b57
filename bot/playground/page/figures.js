// Charts and tables of Block Kit -> drawings. Words beside every drawing say the same to those who do not see it.

import { el, shape } from "./dom.js";

const WIDE = 560, HIGH = 240, LEFT = 44, TOP = 14, FOOT = 34;

const told = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(2));

export function chart(b) {
  const { type, series = [], segments = [], axis_config: axis = {} } = b.chart;
  const many = series.length > 1;
  const rows = type === "pie"
    ? segments.map((s) => `${s.label} ${told(s.value)}`)
    : series.map((s) => `${many ? `${s.name}: ` : ""}${s.data.map((p) => `${p.label} ${told(p.value)}`).join(", ")}`);
  const said = `${b.title}. ${rows.join("; ")}`;
  const drawing = shape("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": said }, type === "pie" ? pie(segments) : plot(type, series, axis));
  const names = type === "pie" ? segments.map((s) => s.label) : many ? series.map((s) => s.name) : [];
  const legend = names.length ? el("div", { class: "legend" }, names.map((name, i) => el("span", {}, el("i", { class: `ink${i % 6}` }), name))) : null;
  return el("figure", { class: "b-chart" }, el("figcaption", {}, b.title, axis.y_label ? el("span", { class: "note" }, ` · ${axis.y_label}`) : null), drawing, legend);
}

// Three to six even steps of 1, 2 or 5 that hold every value, zero among them.
function steps(values) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => span / n <= 5);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function plot(type, series, axis) {
  const names = axis.categories || series[0].data.map((p) => p.label);
  const marks = steps(series.flatMap((s) => s.data.map((p) => p.value)));
  const low = marks[0], high = marks.at(-1);
  const y = (value) => TOP + ((high - value) / (high - low)) * (HIGH - TOP - FOOT);
  const room = (WIDE - LEFT - 8) / names.length;
  const x = (i) => LEFT + room * (i + 0.5);
  const grid = marks.map((mark) => [
    shape("line", { x1: LEFT, x2: WIDE - 8, y1: y(mark), y2: y(mark), class: Math.abs(mark) < 1e-9 ? "zero" : "grid" }),
    shape("text", { x: LEFT - 6, y: y(mark) + 4, "text-anchor": "end" }, told(Math.round(mark * 100) / 100))]);
  const labels = names.map((name, i) => shape("text", { x: x(i), y: HIGH - 12, "text-anchor": "middle" }, name));
  const drawn = series.map((s, n) => (type === "bar" ? bars(s, n, series.length, { names, x, y, room }) : run(type, s, n, { names, x, y })));
  return [grid, drawn, labels];
}

function bars(s, n, count, { names, x, y, room }) {
  const width = Math.min(56, (room * 0.8) / count);
  return s.data.map((p) => {
    const left = x(names.indexOf(p.label)) + (n - (count - 1) / 2) * width - width / 2;
    const sign = count > 1 ? `ink${n % 6}` : p.value < 0 ? "down" : "up";
    return [
      shape("rect", { x: left + 1, width: width - 2, y: Math.min(y(p.value), y(0)), height: Math.abs(y(p.value) - y(0)), class: sign }),
      shape("text", { x: left + width / 2, y: p.value < 0 ? y(p.value) + 12 : y(p.value) - 3, "text-anchor": "middle", class: "value" }, told(p.value))];
  });
}

function run(type, s, n, { names, x, y }) {
  const points = s.data.map((p) => [x(names.indexOf(p.label)), y(p.value)]);
  const path = points.map((p) => p.join(",")).join(" ");
  const under = type === "area" ? shape("polygon", { points: `${points[0][0]},${y(0)} ${path} ${points.at(-1)[0]},${y(0)}`, class: `under ink${n % 6}` }) : [];
  return [under, shape("polyline", { points: path, class: `run ink${n % 6}` }), points.map(([cx, cy]) => shape("circle", { cx, cy, r: 3, class: `ink${n % 6}` }))];
}

function pie(segments) {
  const total = segments.reduce((sum, s) => sum + s.value, 0);
  let from = -Math.PI / 2;
  const at = (angle) => `${WIDE / 2 + 100 * Math.cos(angle)} ${HIGH / 2 + 100 * Math.sin(angle)}`;
  return segments.map((s, i) => {
    const to = from + (s.value / total) * 2 * Math.PI;
    const whole = segments.length === 1;
    const slice = whole
      ? shape("circle", { cx: WIDE / 2, cy: HIGH / 2, r: 100, class: `ink${i % 6}` })
      : shape("path", { d: `M${WIDE / 2} ${HIGH / 2} L${at(from)} A100 100 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)} Z`, class: `ink${i % 6}` });
    from = to;
    return slice;
  });
}

// A table whose columns sort, a page at a time. `cell` draws what is no plain text.
export function dataTable(b, cell) {
  const [head, ...rows] = b.rows;
  const size = b.page_size || 5;
  let order = null, falling = false, page = 0;
  const key = (row) => { const c = row[order]; return c.value ?? c.text ?? ""; };
  const sorted = () => order === null ? rows : [...rows].sort((p, q) => (falling ? -1 : 1) * (key(p) > key(q) ? 1 : key(p) < key(q) ? -1 : 0));
  const right = (i) => (rows.every((row) => row[i].type === "raw_number") ? "right" : "left");
  const region = el("div", { class: "b-table", tabindex: 0, role: "region", "aria-label": b.caption });
  const sort = (i) => { falling = order === i && !falling; order = i; page = 0; draw(); region.querySelectorAll("th button")[i].focus(); };
  const turn = (by) => { page += by; draw(); };
  const title = (c, i) => el("th", { scope: "col", class: right(i), "aria-sort": order === i ? (falling ? "descending" : "ascending") : null },
    el("button", { type: "button", class: "sort", onclick: () => sort(i) }, c.text, order === i ? (falling ? " ▾" : " ▴") : ""));
  function draw() {
    const pages = Math.ceil(rows.length / size);
    const shown = sorted().slice(page * size, page * size + size);
    const line = (row) => el("tr", {}, row.map((c, i) => el(i === (b.row_header_column_index || 0) ? "th" : "td", { class: right(i), scope: i === (b.row_header_column_index || 0) ? "row" : null }, cell(c))));
    const turns = pages > 1 ? el("div", { class: "pages" },
      el("button", { type: "button", class: "button", disabled: page === 0, onclick: () => turn(-1) }, "Previous"),
      el("span", { class: "note" }, `${page * size + 1} to ${page * size + shown.length} of ${rows.length}`),
      el("button", { type: "button", class: "button", disabled: page === pages - 1, onclick: () => turn(1) }, "Next")) : null;
    region.replaceChildren(...[el("table", {}, el("caption", {}, b.caption), el("thead", {}, el("tr", {}, head.map(title))), el("tbody", {}, shown.map(line))), turns].filter(Boolean));
  }
  draw();
  return region;
}
