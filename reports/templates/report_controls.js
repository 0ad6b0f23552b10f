// What the reader can do: values under the pointer or the arrow keys, zoom, the window of a fault, a choice of
// operations and tiers.
const told = element("output", {class: "told"});
const spoken = element("div", {class: "hidden", role: "status"});
const tip = element("div", {class: "tip", "aria-hidden": "true"});
let marked = null;

const listed = (chosenOnes, all, name) => chosenOnes.size === all.length ? `all ${name}`
  : chosenOnes.size ? [...chosenOnes].map(one => one ?? "no tier").join(", ") : `no ${name}`;
const tellShown = () => {
  const fault = data.faults.find(([number]) => number === shown.fault);
  const stretch = whole() ? "the whole run" : `${clock(shown.from)} to ${clock(shown.to)}`;
  told.textContent = isolated([fault ? `fault ${fault[0]}, ${fault[1]} (${stretch})` : stretch,
    listed(shown.operations, operations, "operations"), listed(shown.tiers, tiers, "tiers")].join("; "));
  for (const button of document.querySelectorAll("button[data-fault]"))
    button.setAttribute("aria-pressed", String(Number(button.dataset.fault) === shown.fault));
};
const show = (from, to, fault = null) => {
  const least = Math.min(data.end, 4 * data.step), length = Math.max(least, Math.min(data.end, to - from));
  shown.from = Math.max(0, Math.min(data.end - length, from));
  shown.to = shown.from + length;
  shown.fault = fault;
  unmark();
  redraw();
  tellShown();
};
const zoom = factor => {
  const middle = marked ?? (shown.from + shown.to) / 2, half = (shown.to - shown.from) * factor / 2;
  show(middle - half, middle + half);
};
const move = share => {
  const by = (shown.to - shown.from) * share;
  show(shown.from + by, shown.to + by);
};
const showFault = number => {
  const [, , begins, , , gone] = data.faults.find(([one]) => one === number);
  const end = gone ?? data.end, margin = Math.max((end - begins) * 0.4, 2 * data.step);
  show(begins - margin, end + margin, number);
};

// The values at one instant
const lines = (name, at) => {
  const bucket = bucketAt(at), faults = faultsAt(at).map(([number, fault]) => `fault ${number}, ${fault}`);
  const texts = [`${clock(startOf(bucket))}${phaseAt(at) ? `, ${phaseAt(at)}` : ""}`, ...faults];
  const rate = read => comma(Math.round(sum(chosen(), read)[bucket] / data.step * 10) / 10);
  if (name === "latency") percentiles(bucket).forEach((value, index) => texts.push(`${NAMES[index]} ${ms(value)} ms`));
  if (name === "throughput") texts.push(
    `offered ${rate(group => group.offered)}/s`, `achieved ${rate(group => group.achieved)}/s`);
  if (name === "outcomes") for (const outcome of data.outcomes) {
    const per = rate(group => group.outcomes[outcome]);
    if (per !== "0") texts.push(`${outcome} ${per}/s`);
  }
  return texts;
};
const cellLine = (plot, at, y) => {
  const latency = plot.low * (plot.high / plot.low) ** ((plot.top + plot.height - y) / plot.height);
  const {rowBins} = data.heat, {lowest, perDecade} = data.bins;
  const row = Math.floor((Math.log10(latency) * perDecade - lowest) / rowBins);
  const count = histogram(chosen(), [bucketAt(at)])
    .reduce((all, [bin, one]) => all + (Math.floor(bin / rowBins) === row ? one : 0), 0);
  const edge = one => ms(10 ** ((lowest + one * rowBins) / perDecade));
  return `${edge(row)} to ${edge(row + 1)} ms: ${comma(count)} requests`;
};
const spectrumLines = nines => {
  const share = 1 - 10 ** -nines, groups = chosen();
  const value = some => {
    const points = spectrum(some), at = Math.round(nines * 20);
    return at < points.length ? `${ms(points[at][1])} ms` : "–";
  };
  return [`${(share * 100).toFixed(Math.max(0, Math.ceil(nines) - 1))}% of requests`, `all ${value(groups)}`,
    ...(operations.length > 1 ? operations : []).filter(one => shown.operations.has(one))
      .map(one => `${one} ${value(groups.filter(group => group.operation === one))}`)];
};
const unmark = () => {
  marked = null;
  tip.remove();
  document.querySelectorAll(".mark").forEach(one => one.remove());
};
const mark = (name, at, texts) => {
  unmark();
  marked = at;
  for (const other of TIMED) for (const plot of data.plots[other]) {
    const x = toX(plot, at);
    svgOf[other].append(drawn("path", {d: `M${x} ${plot.top}v${plot.height}`, class: "mark"}));
  }
  place(name, toX(data.plots[name][0], at), texts);
};
const place = (name, x, texts) => {
  const box = svgOf[name].closest("[data-chart]"), [plot] = data.plots[name];
  const scale = svgOf[name].getBoundingClientRect().width / svgOf[name].viewBox.baseVal.width;
  tip.replaceChildren(...texts.map(text => element("span", {}, text)));
  tip.style.top = `${(plot.top + 4) * scale}px`;
  const right = x > plot.left + plot.width / 2;
  tip.style.left = right ? "" : `${(x + 8) * scale}px`;
  tip.style.right = right ? `${(svgOf[name].viewBox.baseVal.width - x + 8) * scale}px` : "";
  box.append(tip);
};

for (const box of document.querySelectorAll("[data-chart]")) {
  const name = box.dataset.chart, svg = svgOf[name], timed = TIMED.includes(name);
  let from = null, rubber = null;
  const where = event => {
    const matrix = svg.getScreenCTM();
    const x = (event.clientX - matrix.e) / matrix.a, y = (event.clientY - matrix.f) / matrix.d;
    const plot = data.plots[name].find(one => one.top <= y && y <= one.top + one.height);
    return plot && plot.left <= x && x <= plot.left + plot.width ? {plot, x, y} : null;
  };
  const instant = ({plot, x}) => shown.from + (x - plot.left) / plot.width * (shown.to - shown.from);
  svg.addEventListener("pointermove", event => {
    const at = where(event);
    if (!at) return from === null ? unmark() : undefined;
    if (!timed) {
      unmark();
      return place(name, at.x, spectrumLines((at.x - at.plot.left) / at.plot.width * at.plot.last));
    }
    const time = instant(at);
    mark(name, time, [...lines(name, time), ...(name === "heatmap" ? [cellLine(at.plot, time, at.y)] : [])]);
    if (from !== null) {
      const [left, right] = [from, time].sort((one, other) => one - other).map(one => toX(at.plot, one));
      for (const [key, value] of Object.entries({x: left, width: right - left, y: at.plot.top, height: at.plot.height}))
        rubber.setAttribute(key, value);
    }
  });
  svg.addEventListener("pointerleave", () => { if (from === null) unmark(); });
  if (!timed) continue;
  svg.addEventListener("pointerdown", event => {
    const at = where(event);
    if (!at || event.pointerType === "touch" || event.button) return;
    from = instant(at);
    rubber = svg.appendChild(drawn("rect", {class: "rubber", height: 0, width: 0}));
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointerup", event => {
    if (from === null) return;
    const at = where(event), begun = from, width = Number(rubber.getAttribute("width"));
    rubber.remove();
    from = null;
    if (at && width > 8) return show(...[begun, instant(at)].sort((one, other) => one - other));
    const [fault] = faultsAt(begun);
    if (fault) showFault(fault[0]);
  });
  svg.addEventListener("pointercancel", () => { if (rubber) rubber.remove(); from = null; });
  svg.addEventListener("dblclick", () => show(0, data.end));
  box.setAttribute("aria-description", "Arrow keys read the values, plus and minus zoom, Escape shows the whole run.");
  box.addEventListener("keydown", event => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step && box.scrollWidth <= box.clientWidth) {
      const first = bucketAt(shown.from), last = bucketAt(shown.to - 1e-9);
      const next = marked === null ? (step > 0 ? first : last) : Math.max(first, Math.min(last, bucketAt(marked) + step));
      const texts = lines(name, startOf(next) + data.step / 2);
      mark(name, startOf(next) + data.step / 2, texts);
      spoken.textContent = texts.join(", ");
    } else if (event.key === "+") zoom(0.5);
    else if (event.key === "-") zoom(2);
    else if (event.key === "Escape") show(0, data.end);
    else return;
    event.preventDefault();
  });
}

// The controls
const button = (text, act, attributes = {}) => element("button", {type: "button", onclick: act, ...attributes}, text);
const choice = (legend, all, set) => element("fieldset", {}, element("legend", {}, legend), ...all.map(one => {
  const box = element("input", {type: "checkbox", checked: "", onchange() {
    if (box.checked) set.add(one); else set.delete(one);
    unmark();
    redraw();
    tellShown();
  }});
  return element("label", {}, box, one ?? "no tier");
}));
const fold = element("details", {class: "controls"},
  element("summary", {}, "Charts show ", told),
  element("fieldset", {}, element("legend", {}, "Stretch"),
    button("Whole run", () => show(0, data.end)), button("Zoom in", () => zoom(0.5)), button("Zoom out", () => zoom(2)),
    button("Earlier", () => move(-0.5)), button("Later", () => move(0.5)),
    ...data.faults.map(([number, name]) => button(`${number} ${name}`, () => showFault(number), {"data-fault": number}))),
  choice("Operations", operations, shown.operations),
  ...(tiers.length > 1 ? [choice("Tiers", tiers, shown.tiers)] : []));
document.querySelector("nav").after(fold, spoken);
for (const [number, name] of data.faults) {
  const heading = document.getElementById(`fault-${number}`);
  if (heading) heading.after(element("p", {class: "window"}, button("Show its window in the charts", () => {
    showFault(number);
    document.getElementById("faults").scrollIntoView();
  }, {"data-fault": number, "aria-label": `Show the window of fault ${number}, ${name}, in the charts`})));
}
tellShown();
