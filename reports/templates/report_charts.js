// Draws the charts anew for a stretch of the run and a choice of operations and tiers, from the figures in
// #chart-data, over the axes that stand. The page is whole without it; until the reader asks for something, nothing is
// touched. Marked as moving is what is replaced.
const data = JSON.parse(document.getElementById("chart-data").textContent);
const NAMES = ["p50", "p95", "p99"], QUANTILES = [0.5, 0.95, 0.99], WARM_UP = "warm-up";
const TIMED = ["outcomes", "latency", "heatmap", "throughput"];
const DASHES = ["", "6 2", "2 2", "6 2 1 2"];
const operations = [...new Set(data.groups.map(group => group.operation))];
const tiers = [...new Set(data.groups.map(group => group.tier))];
const shown = {from: 0, to: data.end, operations: new Set(operations), tiers: new Set(tiers)};
const svgOf = Object.fromEntries(Object.keys(data.plots).map(
  name => [name, document.querySelector(`[data-chart="${name}"] svg`)]));

// A name of a right-to-left script does not reorder the figures beside it.
const RTL = "\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}";
const RTL_NAME = new RegExp(`[${RTL}](?:[${RTL}\\p{M}\\p{Nd} _-]*[${RTL}])?\\p{M}*`, "gu");
const isolated = text => text.replace(RTL_NAME, "\u2068$&\u2069");
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.map(one => typeof one === "string" ? isolated(one) : one));
  return made;
};
const drawn = (name, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};
const short = value => Math.round(value * 10) / 10;
const comma = value => value.toLocaleString("en");
const ms = value => value === null ? "–"
  : value.toLocaleString("en", {maximumFractionDigits: value >= 10 ? 0 : value >= 1 ? 1 : 2});
const clock = at => `${Math.floor(at / 60)}:${(at % 60).toFixed(1).padStart(4, "0")}`;

// What is asked of the figures
const whole = () => shown.from <= 0 && shown.to >= data.end;
const allGroups = () => shown.operations.size === operations.length && shown.tiers.size === tiers.length;
const chosen = () => data.groups.filter(
  group => shown.operations.has(group.operation) && shown.tiers.has(group.tier));
const startOf = bucket => data.start + bucket * data.step;
const bucketAt = at => Math.max(0, Math.min(data.buckets - 1, Math.floor((at - data.start) / data.step)));
const phaseAt = at => (data.phases.find(([, start, end]) => start <= at && at < end) || [""])[0];
const faultsAt = at => data.faults.filter(([, , begins, , , gone]) => begins <= at && at < (gone ?? data.end));
const sum = (groups, read) => {
  const totals = new Array(data.buckets).fill(0);
  for (const group of groups) {
    const counts = read(group);
    if (counts) for (let bucket = 0; bucket < counts.length; bucket++) totals[bucket] += counts[bucket];
  }
  return totals;
};
const histogram = (groups, buckets) => {
  const counts = new Map();
  for (const group of groups) for (const bucket of buckets) {
    const pairs = group.latency[bucket];
    for (let at = 0, bin = 0; at < pairs.length; at += 2) {
      bin += pairs[at];
      counts.set(bin, (counts.get(bin) || 0) + pairs[at + 1]);
    }
  }
  return [...counts].sort((one, other) => one[0] - other[0]);
};
const middleMs = bin => 10 ** ((data.bins.lowest + bin + 0.5) / data.bins.perDecade);
const quantile = (counts, share) => {
  const total = counts.reduce((all, [, count]) => all + count, 0);
  let below = 0;
  for (const [bin, count] of counts) if ((below += count) >= share * total) return middleMs(bin);
  return null;
};
const percentiles = bucket => {
  if (allGroups()) return data.percentiles[bucket];
  const counts = histogram(chosen(), [bucket]);
  return QUANTILES.map(share => quantile(counts, share));
};
const spectrum = groups => {
  const buckets = [];
  for (let bucket = bucketAt(shown.from); bucket <= bucketAt(shown.to - 1e-9); bucket++)
    if (phaseAt(startOf(bucket)) !== WARM_UP) buckets.push(bucket);
  const counts = histogram(groups, buckets);
  const total = counts.reduce((all, [, count]) => all + count, 0), points = [];
  for (let step = 0; total && 10 ** (-step / 20) * total >= 1; step++)
    points.push([step / 20, quantile(counts, Math.max(1 / total, 1 - 10 ** (-step / 20)))]);
  return points;
};

// Drawing
const toX = (plot, at) => short(plot.left + (at - shown.from) / (shown.to - shown.from) * plot.width);
const toY = (plot, value) => {
  const share = plot.logarithmic
    ? Math.log(Math.max(value, 1e-9) / plot.low) / Math.log(plot.high / plot.low)
    : (value - plot.low) / (plot.high - plot.low);
  return short(plot.top + plot.height * (1 - Math.max(-0.1, Math.min(1.1, share))));
};
const visible = () => {
  const first = bucketAt(shown.from), last = bucketAt(shown.to - 1e-9);
  return Array.from({length: last - first + 1}, (_, index) => first + index);
};
const stairs = (plot, values, close) => {
  const buckets = visible();
  let path = "";
  buckets.forEach((bucket, index) => {
    path += `${index ? "V" : "M" + toX(plot, startOf(bucket)) + " "}${toY(plot, values[bucket])}H${toX(plot, startOf(bucket + 1))}`;
  });
  if (close) for (const bucket of buckets.reverse())
    path += `V${toY(plot, close[bucket])}H${toX(plot, startOf(bucket))}`;
  return close ? path + "Z" : path;
};
const nameEnds = (layer, plot, ends) => {
  let lowest = plot.top + plot.height + 11;
  for (const [name, value, colour] of ends.sort((one, other) => one[1] - other[1])) {
    lowest = Math.min(toY(plot, value) + 3, lowest - 11);
    layer.append(drawn("text", {x: plot.left + plot.width + 6, y: lowest, class: "name", style: `fill:var(--${colour})`}, name));
  }
};
const painters = {
  outcomes(layer, plots) {
    plots.forEach((plot, index) => {
      let below = new Array(data.buckets).fill(0);
      for (const outcome of data.outcomes.slice(index)) {
        const counts = sum(chosen(), group => group.outcomes[outcome]);
        if (!counts.some(count => count)) continue;
        const top = counts.map((count, bucket) => below[bucket] + count / data.step);
        layer.append(drawn("path", {d: stairs(plot, top, below), fill: `var(--${outcome})`}));
        below = top;
      }
    });
  },
  latency(layer, [plot], frame) {
    const found = visible().map(bucket => [bucket, percentiles(bucket)]), ends = [];
    NAMES.forEach((name, index) => {
      let path = "", pen = "M", last = null;
      for (const [bucket, values] of found) {
        const value = values[index];
        if (value === null) { pen = "M"; continue; }
        path += `${pen}${toX(plot, startOf(bucket) + data.step / 2)} ${toY(plot, value)}`;
        pen = "L"; last = value;
      }
      layer.append(drawn("path", {d: path, class: "line", stroke: `var(--${name})`, "stroke-width": 1.4 + index / 5}));
      if (last !== null) ends.push([name, last, index ? name : "axis"]);
    });
    nameEnds(frame, plot, ends);
  },
  heatmap(layer, [plot]) {
    const paths = {}, {levels, rowBins, tokens} = data.heat;
    for (const bucket of visible()) {
      const rows = new Map();
      for (const [bin, count] of histogram(chosen(), [bucket])) {
        const row = Math.floor(bin / rowBins);
        rows.set(row, (rows.get(row) || 0) + count);
      }
      for (const [row, count] of rows) {
        const level = levels.findLastIndex(least => count >= least);
        const edge = at => toY(plot, 10 ** ((data.bins.lowest + at * rowBins) / data.bins.perDecade));
        const left = toX(plot, startOf(bucket)), right = toX(plot, startOf(bucket + 1));
        paths[level] = (paths[level] || "") + `M${left} ${edge(row)}H${right}V${edge(row + 1)}H${left}Z`;
      }
    }
    for (const [level, path] of Object.entries(paths))
      layer.append(drawn("path", {d: path, fill: `var(--${tokens[tokens.length - levels.length + Number(level)]})`}));
  },
  throughput(layer, [plot]) {
    const perSecond = read => sum(chosen(), read).map(count => count / data.step);
    const nothing = new Array(data.buckets).fill(0);
    layer.append(drawn("path", {
      d: stairs(plot, perSecond(group => group.achieved), nothing), fill: "var(--achieved)", "fill-opacity": 0.55}));
    layer.append(drawn("path", {
      d: stairs(plot, perSecond(group => group.offered)), class: "line", stroke: "var(--offered)", "stroke-width": 1.2}));
  },
};
const paintFrame = (under, over, plots) => {
  const last = plots[plots.length - 1], first = plots[0], bottom = last.top + last.height;
  for (const [number, , begins, verified, healing, gone] of data.faults) {
    const end = gone ?? data.end;
    for (const plot of plots) for (const [from, to, opacity] of [[begins, end, 0.1], [verified, healing ?? end, 0.14]])
      if (from !== null) under.append(drawn("rect", {
        x: toX(plot, from), y: plot.top, width: Math.max(0, toX(plot, to) - toX(plot, from)), height: plot.height,
        fill: "var(--fault)", "fill-opacity": opacity}));
    const middle = toX(first, (Math.max(begins, shown.from) + Math.min(end, shown.to)) / 2);
    if (end <= shown.from || begins >= shown.to) continue;
    over.append(drawn("circle", {cx: middle, cy: first.top + 9, r: 7, fill: "var(--fault)"}));
    over.append(drawn("text", {x: middle, y: first.top + 12, class: "number"}, number));
  }
  data.phases.forEach(([name, start, end], index) => {
    const from = Math.max(start, shown.from), to = Math.min(end, shown.to);
    if (to <= from) return;
    const left = toX(first, from), width = toX(first, to) - left, room = Math.floor((width - 4) / 4.2);
    over.append(drawn("rect", {
      x: left, y: first.top - 18.7, width, height: 14.4, fill: `var(--phase${index % 2 ? "-other" : ""})`}));
    if (room >= Math.min(4, name.length)) over.append(drawn("text", {x: left + width / 2, y: first.top - 8.6, class: "phase"},
      name.length <= room ? name : name.slice(0, room - 1) + "…"));
  });
  const [unit, unitName] = data.unit, rough = (shown.to - shown.from) / unit / 8;
  const power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].find(one => one * power >= rough) * power;
  for (let tick = Math.ceil(shown.from / unit / step - 1e-9); tick * step * unit <= shown.to + 1e-9; tick++) {
    const x = toX(last, tick * step * unit);
    over.append(drawn("path", {d: `M${x} ${bottom}v3`, stroke: "var(--axis)"}));
    over.append(drawn("text", {x, y: bottom + 14, class: "tick"}, comma(Number((tick * step).toPrecision(6)))));
  }
  over.append(drawn("text", {x: last.left + last.width / 2, y: bottom + 29, class: "tick"}, `${unitName} since the load began`));
};
const clear = name => {
  svgOf[name].querySelectorAll(".drawn").forEach(one => one.remove());
  svgOf[name].querySelectorAll(`[id^="${name}-${data.moving}"]`).forEach(one => { one.style.display = "none"; });
  const layers = ["under", "clipped", "over"].map(() => drawn("g", {class: "drawn"}));
  const clip = drawn("clipPath", {id: `${name}-shown`, class: "drawn"});
  for (const plot of data.plots[name])
    clip.append(drawn("rect", {x: plot.left, y: plot.top, width: plot.width, height: plot.height}));
  for (const layer of layers.slice(0, 2)) layer.setAttribute("clip-path", `url(#${name}-shown)`);
  svgOf[name].append(clip, ...layers);
  return layers;
};
const paintSpectrum = () => {
  const [, clipped] = clear("spectrum"), [plot] = data.plots.spectrum;
  const add = (points, attributes) => {
    const at = ([nines, value]) => `${short(plot.left + nines / plot.last * plot.width)} ${toY(plot, value)}`;
    if (points.length) clipped.append(drawn("path", {d: "M" + points.map(at).join("L"), class: "line", ...attributes}));
  };
  const groups = chosen();
  if (operations.length > 1) data.spectrumOrder.forEach((operation, index) => add(
    spectrum(groups.filter(group => group.operation === operation)),
    {stroke: "var(--axis)", "stroke-width": index % 8 < 4 ? 1 : 1.6, "stroke-dasharray": DASHES[index % 4]}));
  add(spectrum(groups), {stroke: "var(--offered)", "stroke-width": 2.2});
};
const redraw = () => {
  for (const name of TIMED) {
    const [under, clipped, over] = clear(name);
    paintFrame(under, over, data.plots[name]);
    painters[name](clipped, data.plots[name], over);
  }
  paintSpectrum();
};
