"use strict";
/* The state comes as server-sent events, whole once and then every second; the address of this page holds the token. */
const TOKEN = location.hash.slice(1);
const NONE = "–";
const OUTCOMES = ["ok", "degraded", "rejected", "wrong", "failed", "connection", "timeout", "undelivered"];
const KEPT = 900, SILENT_MS = 5000;
const by = id => document.getElementById(id);
let state = null, points = [], seen = null, heardMs = 0, told = "";

/* A name of a right-to-left script does not reorder the figures beside it. */
const RTL = "\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}";
const RTL_NAME = new RegExp(`[${RTL}](?:[${RTL}\\p{M}\\p{Nd} _-]*[${RTL}])?\\p{M}*`, "gu");
const isolated = text => text.replace(RTL_NAME, "\u2068$&\u2069");
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.map(one => typeof one === "string" ? isolated(one) : one));
  return made;
}
const ms = value => value == null ? NONE : value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(value >= 10 ? 1 : 2);
const rate = value => value == null ? NONE : value.toLocaleString("en", {maximumFractionDigits: 1});
const percent = (value, digits = 0) => value == null ? NONE : (100 * value).toFixed(digits) + "%";
const times = value => value == null ? NONE : value.toLocaleString("en", {maximumFractionDigits: value >= 10 ? 0 : 1}) + " ×";
const spent = value => value > 10 ? times(value) : percent(value);
const clock = seconds => {
  const s = Math.max(0, Math.floor(seconds)), two = n => String(n).padStart(2, "0");
  return (s >= 3600 ? Math.floor(s / 3600) + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
};
const counts = outcomes => OUTCOMES.filter(one => outcomes[one]).map(one => `${one} ${outcomes[one].toLocaleString("en")}`).join(", ") || NONE;
const word = (text, kind) => make("span", {class: "word " + kind}, text);

/* Only what has changed is touched: a reader's place and selection stay. */
function fill(id, children) {
  const place = by(id), next = make("div", {}, ...children);
  if (place.innerHTML !== next.innerHTML) place.replaceChildren(...next.childNodes);
}
function say(id, plain) { const text = isolated(plain); if (by(id).textContent !== text) by(id).textContent = text; }
function show(id, wanted) { by(id).hidden = !wanted; }

function drawHead() {
  const at = state.point ? state.point.at_s : null;
  say("title", state.title);
  document.title = `${state.ending ? state.ending.verdict : state.stage}: ${state.title}`;
  const of = state.duration_s == null ? "" : ` of ${clock(state.duration_s)}`;
  say("about", [state.target, at == null ? "no load yet" : clock(at) + of].filter(Boolean).join(", "));
  say("stage", state.stage === "lost" ? "the command is gone" : state.stage);
  by("stage").className = "stage " + state.stage.replace("under ", "");
  const may = state.stage === "preparing" || state.stage === "under load";
  show("abort", may || state.stage === "aborting");
  by("abort").disabled = !may;
  say("abort", may ? "Abort and heal…" : "Healing and draining");
  if (!may && by("sure").open) by("sure").close("keep");
}

function drawFigures() {
  const p = state.point || {}, whole = state.operations.at(-1);
  const sum = outcomes => Object.values(outcomes || {}).reduce((a, b) => a + b, 0);
  const bad = o => ["wrong", "failed", "connection", "timeout"].reduce((a, one) => a + (o[one] || 0), 0);
  const lately = sum(p.outcomes), badly = lately ? bad(p.outcomes) / lately : null;
  const figure = (name, value, isBad) => make("div", isBad ? {class: "bad"} : {}, make("dt", {}, name), make("dd", {}, value));
  fill("figures", [
    figure("offered /s", rate(p.offered_per_s)), figure("achieved /s", rate(p.achieved_per_s)),
    figure("p50 ms", ms(p.p50_ms)), figure("p95 ms", ms(p.p95_ms)), figure("p99 ms", ms(p.p99_ms)),
    figure("bad", percent(badly, 1), badly > 0.01), figure("in flight", rate(p.in_flight)),
    figure("lag p99 ms", ms(p.dispatch_lag_p99_ms), p.dispatch_lag_p99_ms > 10),
    figure("requests", whole ? sum(whole.outcomes).toLocaleString("en") : NONE),
  ]);
}

function drawFaults() {
  const phase = state.phases.filter(one => one.to_s == null).at(-1);
  say("phase", phase ? `Phase ${phase.name}, since ${clock(phase.from_s)}` : state.phases.length ? "No phase goes on." : "No phases.");
  const now = state.point ? state.point.at_s : 0;
  const kind = one => one.to_s != null ? "good" : one.failures.length ? "bad" : "soso";
  const rows = state.faults.slice(-12).reverse().map(one => make("li", {}, make("b", {}, one.target || one.name),
    make("span", {}, one.name, " ", word(one.to_s == null ? one.state : "gone", kind(one)), ` ${clock(one.from_s)} to ${one.to_s == null ? "now" : clock(one.to_s)}`),
    ...one.failures.map(why => make("small", {}, why))));
  fill("faults", rows.length ? rows : [make("li", {}, "No fault so far.")]);
}

function drawHealth() {
  const health = state.health;
  say("health", !health ? "Not asked yet." : health.dependencies.length ? `The target: ${health.told}.` : `The target ${health.told}.`);
  const stateKind = {up: "good", down: "bad"}, breakerKind = {closed: "good", open: "bad"};
  fill("dependencies", (health ? health.dependencies : []).map(one => make("li", {}, make("b", {}, one.name),
    make("span", {}, word(one.state, stateKind[one.state] || "soso")),
    make("span", {}, ...Object.entries(one.breakers).flatMap(([name, how]) => [`${name} `, word(how, breakerKind[how] || "soso"), " "])),
    ...(one.detail ? [make("small", {}, one.detail)] : []))));
}

function table(id, heads, rows) {
  const head = make("thead", {}, make("tr", {}, ...heads.map(one => make("th", {scope: "col"}, one))));
  fill(id, [head, make("tbody", {}, ...rows)]);
}
const cells = values => values.map(one => one instanceof Node ? one : make("td", {}, one));
const row = (name, ...values) => make("tr", {}, make("th", {scope: "row"}, name), ...cells(values));

function drawTables() {
  const kind = spent => spent > 1 ? "bad" : spent > 0.5 ? "soso" : "good";
  table("budgets", ["objective", "target", "good", "bad", "spent", "burn, 1 min"], state.budgets.map(one =>
    row(one.name, percent(one.target, 3).replace(/\.?0+%$/, "%"), one.good.toLocaleString("en"), (one.total - one.good).toLocaleString("en"),
      make("td", {}, word(spent(one.spent), kind(one.spent))), times(one.burn))));
  show("budgets", state.budgets.length > 0);
  say("budget-note", state.budget_note);
  table("operations", ["operation", "/s", "p50 ms", "p95", "p99", "max", "outcomes"], state.operations.map(one =>
    row(one.name, rate(one.per_s), ms(one.p50_ms), ms(one.p95_ms), ms(one.p99_ms), ms(one.max_ms), make("td", {class: "wide"}, counts(one.outcomes)))));
}

function drawEnding() {
  const ending = state.ending;
  show("ending", ending || state.stage === "lost");
  if (!ending) {
    if (state.stage === "lost") {
      say("verdict", "No verdict");
      fill("reasons", [make("li", {}, "The command ended without a word. Undo what it may have left broken: ", make("code", {}, "stormproof heal"))]);
    }
    return;
  }
  by("ending").className = ending.verdict.toLowerCase().replace(" ", "-");
  say("verdict", ending.verdict);
  fill("reasons", ending.reasons.map(one => make("li", {}, one)));
  const links = [];
  if (ending.report_url) links.push(make("a", {href: ending.report_url, target: "_blank", rel: "noopener"}, "Open the report"), " ");
  if (ending.report) links.push(make("code", {}, ending.report));
  else if (ending.run_dir) links.push("Evidence ", make("code", {}, ending.run_dir));
  fill("links", links);
}

/* What a screen reader is told: changes of the run, not of its figures. */
function announce() {
  const phase = state.phases.filter(one => one.to_s == null).at(-1);
  const now = [
    state.ending ? `Verdict ${state.ending.verdict}.` : state.stage === "lost" ? "The command is gone." : `${state.stage}.`,
    phase ? `Phase ${phase.name}.` : "",
    ...state.faults.filter(one => one.to_s == null).map(one => `${one.name} of ${one.target || "?"}: ${one.state}.`),
    state.warnings.length ? `${state.warnings.length} warnings.` : "",
  ].filter(Boolean).join(" ");
  if (now !== told) { told = now; say("told", now); }
}

function draw() {
  if (!state) return;
  drawHead(); drawFigures(); drawFaults(); drawHealth(); drawTables(); drawEnding();
  show("warnings", state.warnings.length > 0);
  fill("warning-list", state.warnings.map(one => make("li", {}, one)));
  fill("steps", state.steps.map(one => make("li", {}, make("b", {}, one.what),
    make("span", {}, ...(one.failed ? [word("✗", "bad"), " "] : one.done ? [word("✓", "good"), " "] : []), one.state))));
  drawCharts(points, state);
  announce();
}

function connection(text) { say("connection", text); show("connection", Boolean(text)); }

function take(name, data, id) {
  heardMs = performance.now();
  if (id) seen = id;
  if (name === "snapshot") { points = data.points; state = data.state; }
  else {
    state = data;
    const last = points.at(-1);
    if (state.point && last && state.point.at_s < last.at_s) points = [];
    if (state.point && (!points.length || state.point.at_s > points.at(-1).at_s)) points.push(state.point);
    points = points.slice(-KEPT);
  }
  connection("");
  draw();
}

function event(block) {
  let name = "message", id = null;
  const data = [];
  for (const line of block.split("\n")) {
    const at = line.indexOf(":"), field = at < 0 ? line : line.slice(0, at), value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    if (field === "event") name = value;
    else if (field === "id") id = value;
    else if (field === "data") data.push(value);
  }
  if (data.length) take(name, JSON.parse(data.join("\n")), id);
}

/* EventSource cannot send the token in a header: the same protocol, by fetch. True where it is of use to try again. */
async function listen() {
  const answer = await fetch("/events", {cache: "no-store", headers: {"Stormproof-Token": TOKEN, ...(seen ? {"Last-Event-ID": seen} : {})}});
  if (answer.status === 403) { connection("This address is not that of the run: open the one that the command printed."); return false; }
  if (!answer.ok) { connection(`${await answer.text()} Trying again.`); return true; }
  connection("");
  heardMs = performance.now();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let buffer = "";;) {
    const {value, done} = await reader.read();
    if (done) return true;
    const blocks = (buffer + value).split("\n\n");
    buffer = blocks.pop();
    blocks.forEach(event);
  }
}

const isOver = () => state && (state.ending || state.stage === "lost");

async function follow() {
  for (let waitMs = 500;; waitMs = Math.min(2 * waitMs, 5000)) {
    const before = heardMs;
    try { if (!await listen()) return; } catch (_) { /* told below */ }
    if (isOver()) return;
    if (heardMs > before) waitMs = 500;
    if (by("connection").hidden) connection("The connection is lost. Trying again; the run goes on without this page.");
    await new Promise(done => setTimeout(done, waitMs));
  }
}

async function abort() {
  by("abort").disabled = true;
  try {
    const answer = await fetch("/abort", {method: "POST", headers: {"Stormproof-Token": TOKEN}});
    if (!answer.ok && answer.status !== 409) throw new Error(await answer.text());
  } catch (error) {
    by("abort").disabled = false;
    connection(`The run could not be aborted from here (${error.message}): press Ctrl-C where it was started.`);
  }
}

by("abort").addEventListener("click", () => { by("sure").returnValue = "keep"; by("sure").showModal(); });
by("sure").addEventListener("close", () => { if (by("sure").returnValue === "abort") abort(); });
addEventListener("resize", draw);
setInterval(() => {
  if (state && !isOver() && by("connection").hidden && performance.now() - heardMs > SILENT_MS) connection("Nothing was heard for five seconds.");
}, 1000);
