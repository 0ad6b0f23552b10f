/* Three charts over one axis of time: a quarter of an hour at most, the whole load where it is shorter. */
const HEIGHT = 170, LEFT = 44, RIGHT = 8, TOP = 8, BOTTOM = 20, SPAN_S = 900;

function svg(tag, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text != null) made.textContent = text;
  return made;
}

/* The next of 1, 2, 5, 10…: an axis whose figures can be read. */
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find(one => one * power >= value);
}

function frame(id, most, state, points) {
  const place = by(id), width = place.clientWidth || 600, now = points.at(-1).at_s;
  const length = state.duration_s && state.duration_s <= SPAN_S ? Math.max(state.duration_s, now) : Math.min(SPAN_S, Math.max(now, 60));
  const to = Math.max(now, length), from = to - length, top = roundUp(most);
  const x = at => LEFT + (width - LEFT - RIGHT) * (at - from) / length;
  const y = value => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  place.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  const parts = [];
  for (const fault of state.faults) {
    const begins = Math.max(fault.from_s, from), ends = fault.to_s == null ? now : fault.to_s;
    if (ends > begins) parts.push(svg("rect", {class: "fault", x: x(begins), y: TOP, width: x(ends) - x(begins), height: HEIGHT - TOP - BOTTOM}));
  }
  for (const phase of state.phases) if (phase.from_s > from) parts.push(svg("line", {class: "edge", x1: x(phase.from_s), x2: x(phase.from_s), y1: TOP, y2: HEIGHT - BOTTOM}));
  for (const share of [0, 0.5, 1]) {
    const at = y(share * top);
    parts.push(svg("line", {class: share ? "grid" : "zero", x1: LEFT, x2: width - RIGHT, y1: at, y2: at}));
    parts.push(svg("text", {x: LEFT - 6, y: at + 4, "text-anchor": "end"}, (share * top).toLocaleString("en")));
  }
  for (const share of [0, 0.5, 1]) {
    const at = from + share * length;
    parts.push(svg("text", {x: x(at), y: HEIGHT - 5, "text-anchor": ["start", "middle", "end"][2 * share]}, clock(at)));
  }
  return {x, y, parts, shown: points.filter(one => one.at_s >= from), place};
}

/* A line breaks where there is no value. */
function line(drawn, name, value) {
  let path = "", pen = "M";
  for (const point of drawn.shown) {
    const at = value(point);
    if (at == null) { pen = "M"; continue; }
    path += `${pen}${drawn.x(point.at_s).toFixed(1)} ${drawn.y(at).toFixed(1)}`;
    pen = "L";
  }
  drawn.parts.push(svg("path", {class: "line " + name, d: path}));
}

function lines(id, names, points, state) {
  const most = Math.max(...points.flatMap(point => names.map(([, value]) => value(point) || 0)));
  const drawn = frame(id, most, state, points);
  names.forEach(([name, value]) => line(drawn, name, value));
  drawn.place.replaceChildren(...drawn.parts);
}

function stack(id, points, state) {
  const names = OUTCOMES.filter(one => points.some(point => point.outcomes[one]));
  const sum = point => names.reduce((total, one) => total + (point.outcomes[one] || 0), 0);
  const drawn = frame(id, Math.max(...points.map(sum)), state, points);
  const under = drawn.shown.map(() => 0);
  for (const name of names) {
    const over = drawn.shown.map((point, index) => under[index] + (point.outcomes[name] || 0));
    const corner = (values, index) => `${drawn.x(drawn.shown[index].at_s).toFixed(1)} ${drawn.y(values[index]).toFixed(1)}`;
    const forth = over.map((_, index) => corner(over, index)), back = under.map((_, index) => corner(under, index)).reverse();
    drawn.parts.push(svg("path", {class: "area " + name, d: `M${[...forth, ...back].join("L")}Z`}));
    over.forEach((value, index) => { under[index] = value; });
  }
  drawn.place.replaceChildren(...drawn.parts);
  fill("outcome-key", names.map(one => make("span", {class: one}, one)));
}

function drawCharts(points, state) {
  if (!points.length) return;
  lines("load-chart", [["achieved", one => one.achieved_per_s], ["offered", one => one.offered_per_s]], points, state);
  lines("latency-chart", [["p50", one => one.p50_ms], ["p95", one => one.p95_ms], ["p99", one => one.p99_ms]], points, state);
  stack("outcome-chart", points, state);
}

if (TOKEN) follow();
else connection("This address lacks its second half: open the one that the command printed, with what follows #.");
