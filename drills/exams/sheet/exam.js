/**
 * An exam on the tablet: one question a screen. What is tapped is painted at once, kept on the
 * tablet (IndexedDB) before anything else happens, and sent by itself, strictly in order.
 *
 * The clock is the server's. What is right is not here before the exam has been handed in.
 * One tab of a browser answers (`Lease`, see `ui/assets.py`); should two of them send, the server
 * gives the later one another number.
 * Only what plain HTTP in a hall's own network offers is used.
 */

const data = JSON.parse(document.getElementById("exam").textContent);
const CHINESE = String(data.language).startsWith("zh");
const LETTERS = "ABCDEF";
const ALIVE_MS = 15000;
const root = document.getElementById("app");
const app = { mode: "cover", at: 0, asked: [], choices: [], marks: [], refused: 0, moved: Date.now() };

// ------------------------------------------------------------------ words, elements, clock

function t(id, places = {}) {
  const found = data.strings?.[id] ?? id;
  return found.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

const tn = (one, many, n, places = {}) => t(!CHINESE && n === 1 ? one : many, { n, ...places });

/** An element: properties, then `on…` handlers, `data` and attributes, then children. */
function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const span = (text, className = "") => h("span", { class: className || null }, text);
const button = (props, ...children) => h("button", { type: "button", ...props }, ...children);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let skew = Date.parse(data.now) - Date.now();
const serverNow = () => Date.now() + skew;

function sync(now) {
  if (now) skew = Date.parse(now) - Date.now();
}

/** A token that nobody guesses; `randomUUID` is missing without HTTPS. */
function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ------------------------------------------------------------------ requests

/** One request. Never throws: `status` is 0 when no answer of ours came back, 401 for a sign-in. */
function request(method, url, { headers = {}, json, timeout = 12000 } = {}) {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    const finish = (status, answer) => resolve({ status, ok: status >= 200 && status < 300, data: answer ?? {} });
    call.open(method, url);
    call.timeout = timeout;
    call.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    if (json !== undefined) call.setRequestHeader("Content-Type", "application/json");
    call.onerror = call.ontimeout = call.onabort = () => finish(0);
    call.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(call.responseText);
      } catch {
        answer = null;
      }
      if (answer !== null && typeof answer === "object") finish(call.status, answer);
      else if (call.responseURL && !call.responseURL.includes("/api/")) finish(401);
      else finish(call.status >= 400 ? call.status : 0);
    };
    call.send(json !== undefined ? JSON.stringify(json) : null);
  });
}

const asSession = (json) => ({ json, headers: { "X-CSRF-Token": data.csrf } });
const asTablet = (json) => ({ json, headers: { "X-Run-Token": app.token } });
const comesLater = (status) => status === 0 || status >= 500 || status === 408 || status === 425 || status === 429;

// ------------------------------------------------------------------ the store on the tablet

const asked = (req) =>
  new Promise((resolve, reject) => {
    req.onsuccess = () => resolve(req.result);
    req.onerror = () => reject(req.error);
  });

/**
 * `held` are tokens by exam and person, `queue` what the server has not confirmed. Where the disk
 * refuses, rows stay in memory and `volatile` says so.
 */
class Store {
  volatile = false;
  memory = { held: new Map(), queue: new Set() };
  gone = []; // keys of what was confirmed but is still on the disk

  static async open() {
    const store = new Store();
    try {
      const opening = indexedDB.open("exam-sheet", 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("held", { keyPath: "key" });
        opening.result.createObjectStore("queue", { keyPath: ["token", "seq"] });
      };
      store.db = await Promise.race([asked(opening), wait(4000).then(() => { throw new Error("the store did not open"); })]);
    } catch {
      store.volatile = true;
    }
    return store;
  }

  /** Do the work in one transaction that is on disk when this resolves. */
  async #disk(name, mode, work) {
    const tx = this.db.transaction(name, mode, { durability: mode === "readwrite" ? "strict" : "relaxed" });
    const ended = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("aborted"));
    });
    ended.catch(() => {});
    const result = await work(tx.objectStore(name));
    await ended;
    return result;
  }

  async #write(name, work, otherwise) {
    if (this.db) {
      try {
        return await this.#disk(name, "readwrite", work);
      } catch {
        this.volatile = true;
      }
    }
    return otherwise(this.memory[name]);
  }

  async held(key) {
    let found = null;
    if (this.db) found = await this.#disk("held", "readonly", (table) => asked(table.get(key))).catch(() => null);
    return found ?? this.memory.held.get(key) ?? null;
  }

  hold(row) {
    return this.#write("held", (table) => asked(table.put(row)), (rows) => rows.set(row.key, row));
  }

  drop(key) {
    return this.#write("held", (table) => asked(table.delete(key)), (rows) => rows.delete(key));
  }

  async waiting(token) {
    let rows = [];
    if (this.db) rows = await this.#disk("queue", "readonly", (table) => asked(table.getAll())).catch(() => []);
    return [...rows, ...this.memory.queue].filter((row) => row.token === token).sort((a, b) => a.seq - b.seq);
  }

  add(row) {
    return this.#write("queue", (table) => asked(table.put(row)), (rows) => rows.add(row));
  }

  async remove(row) {
    if (this.memory.queue.delete(row) || !this.db) return;
    this.gone.push([row.token, row.seq]);
    const keys = [...this.gone];
    const done = await this.#disk("queue", "readwrite", (table) => Promise.all(keys.map((key) => asked(table.delete(key)))).then(() => true)).catch(() => false);
    if (done) this.gone = this.gone.filter((key) => !keys.includes(key));
  }

  /** Rows take the numbers from here on, all of them or none. */
  async renumber(rows, from) {
    const kept = rows.filter((row) => !this.memory.queue.has(row));
    const before = kept.map((row) => [row.token, row.seq]);
    rows.forEach((row, n) => { row.seq = from + n; });
    if (!kept.length) return;
    const work = (table) => Promise.all([...before.map((key) => asked(table.delete(key))), ...kept.map((row) => asked(table.put(row)))]);
    await this.#write("queue", work, (memory) => kept.forEach((row) => memory.add(row)));
  }
}

const heldKey = () => `${data.exam_id}.${data.user_id}`;

// ------------------------------------------------------------------ what is sent

/** Sends the rows one after the other; what the server has confirmed is gone from the tablet. */
const courier = {
  rows: [],
  failures: 0,
  trouble: "",
  busy: false,
  wake: null,
  written: null,

  async start() {
    const rows = await app.store.waiting(app.token);
    const known = rows.filter((row) => row.seq <= app.acked && app.choices[row.place] === row.choice && app.marks[row.place] === row.marked);
    for (const row of known) await app.store.remove(row);
    this.rows = rows.filter((row) => !known.includes(row));
    if (this.rows.some((row, n) => row.seq !== app.acked + 1 + n)) await this.renumber(app.acked + 1);
    for (const row of this.rows) take(row);
    this.run();
  },

  async put(row) {
    this.rows.push(row);
    this.written = Promise.all([this.written, app.store.add(row)]).then(() => {});
    await this.written;
    this.run();
  },

  next() {
    return app.stopped || !this.rows.length || !app.lease.check() ? null : this.rows[0];
  },

  /** Another tab is to go on: what cannot be sent at once is on the disk for it. */
  async rest() {
    await this.written;
    this.kick();
    for (let n = 0; n < 12 && this.rows.length && app.lease.held; n += 1) await wait(100);
  },

  async run() {
    if (this.busy) return;
    this.busy = true;
    for (let row = this.next(); row; row = this.next()) {
      const { token, ...entry } = row;
      const sent = request("POST", `/api/attempts/${app.attempt}/entries`, asTablet(entry));
      const slow = setTimeout(paintReceipt, 500);
      const answer = await sent;
      clearTimeout(slow);
      if (!(await this.settle(row, answer))) await this.pause();
    }
    this.busy = false;
    paintReceipt();
    paintNotices();
    if (app.mode === "closing") handIn();
  },

  /** Whether to go on with the next row at once. */
  async settle(row, answer) {
    if (answer.ok) {
      this.failures = 0;
      this.trouble = "";
      app.acked = row.seq;
      app.saved = answer.data.saved;
      sync(answer.data.now);
      setDeadline(answer.data.deadline);
      this.rows = this.rows.filter((one) => one !== row);
      await app.store.remove(row);
      if (answer.data.taken_over) app.lost = true;
      if (app.lost && !this.rows.length) takenOver();
      paintReceipt();
      return true;
    }
    if (answer.data.code === "SequenceGap") {
      if (!app.lease.check()) return true; // the tab that goes on has it
      await this.renumber(answer.data.expected);
      this.failures += 1;
      return this.failures < 5;
    }
    if (comesLater(answer.status)) {
      this.failures += 1;
      this.trouble = answer.status === 0 ? "network" : "server";
      return false;
    }
    await this.refuse(row, answer);
    return true;
  },

  /** A rule says no: nothing of what waits can count any more. */
  async refuse(refused, answer) {
    const over = app.lease.check() ? this.rows : [refused];
    if (answer.data.code === "TimeOver") app.refused += over.length;
    this.rows = this.rows.filter((row) => !over.includes(row));
    for (const row of over) await app.store.remove(row);
    if (answer.data.code === "AttemptOver") showResult();
    else if (answer.data.code === "TokenUnknown") takenOver();
    else if (answer.data.code === "TimeOver") close("time");
    else location.reload();
  },

  renumber(from) {
    app.next = from + this.rows.length;
    return app.store.renumber(this.rows, from);
  },

  pause() {
    paintReceipt();
    paintNotices();
    const ms = Math.min(15000, 1000 * 2 ** Math.min(this.failures - 1, 4));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  },

  kick() {
    this.wake?.();
    this.run();
  },
};

function take(row) {
  app.choices[row.place] = row.choice;
  app.marks[row.place] = row.marked;
  app.next = Math.max(app.next, row.seq + 1);
}

/** Keep the state of the question on the screen and send it. */
function keep() {
  if (!app.lease.check()) return;
  const place = app.at;
  const row = {
    token: app.token, seq: app.next, place, choice: app.choices[place], marked: app.marks[place],
    client_at: new Date(serverNow()).toISOString(),
  };
  app.next += 1;
  courier.put(row);
  paintProgress();
  paintReceipt();
}

/** The time is up, or the candidate wants it: whatever waits goes first. */
function close(why) {
  if (app.mode !== "asking") return;
  app.mode = "closing";
  app.why = why;
  document.querySelectorAll("dialog").forEach((one) => one.close());
  paint();
  courier.kick();
  if (!courier.rows.length) handIn();
}

async function handIn() {
  if (app.handing || app.mode !== "closing") return;
  app.handing = true;
  for (let tries = 0; app.mode === "closing" && !courier.rows.length; tries += 1) {
    const answer = await request("POST", `/api/attempts/${app.attempt}/submit`, asTablet({ last_seq: app.acked, language: data.language }));
    if (answer.ok) {
      sync(answer.data.now);
      done(answer.data);
      break;
    }
    if (answer.data.code === "TakenOver" || answer.data.code === "TokenUnknown") { takenOver(); break; }
    if (!comesLater(answer.status)) { location.reload(); break; }
    app.offline = true;
    paint();
    await wait(Math.min(10000, 1000 * (tries + 1)));
  }
  app.handing = false;
}

function done(result) {
  app.stopped = true;
  app.mode = "result";
  app.result = result;
  app.store?.drop(heldKey());
  app.lease?.release();
  paint();
  window.scrollTo(0, 0);
}

async function showResult() {
  const answer = await request("GET", `/api/attempts/${app.attempt}/result`);
  if (answer.ok) done(answer.data);
  else location.reload();
}

function takenOver() {
  if (app.mode === "taken" || app.mode === "result") return;
  app.stopped = true;
  app.mode = "taken";
  document.querySelectorAll("dialog").forEach((one) => one.close());
  app.store.drop(heldKey());
  app.lease.release();
  paint();
}

/** Another tab of this browser has the exam: nothing is answered here, what waits is left to it. */
function lostTab() {
  if (app.mode === "taken" || app.mode === "result") return null;
  app.mode = "elsewhere";
  app.busy = false;
  document.querySelectorAll("dialog").forEach((one) => one.close());
  paint();
  return courier.rest();
}

function isMine() {
  if (app.lease.claim()) return true;
  lostTab();
  return false;
}

async function takeTab() {
  app.busy = true;
  paint();
  const there = await request("POST", "/api/session/alive", asSession());
  app.busy = false;
  app.failed = comesLater(there.status) ? t("No connection to the server. Please try again.") : "";
  paint();
  if (app.failed) return;
  await app.lease.take();
  location.reload();
}

function setDeadline(text) {
  if (text) app.deadline = Date.parse(text);
}

// ------------------------------------------------------------------ opening

async function begin() {
  if (!isMine()) return;
  const held = (await app.store.held(heldKey())) ?? { key: heldKey(), token: newToken(), attempt: null };
  await app.store.hold(held);
  await opening(`/api/exams/${data.exam_id}/begin`, held);
}

async function resume(held = null) {
  if (!isMine()) return;
  const own = held ?? { key: heldKey(), token: newToken(), attempt: data.attempt.id };
  await app.store.hold(own);
  await opening(`/api/attempts/${data.attempt.id}/open`, own);
}

async function opening(url, held) {
  app.busy = true;
  app.failed = "";
  paint();
  const answer = await request("POST", url, asSession({ token: held.token }));
  app.busy = false;
  if (answer.ok) {
    await app.store.hold({ ...held, attempt: answer.data.attempt_id });
    if (app.lease.check()) await opened(answer.data, held.token);
    return;
  }
  app.lease.release();
  if (!comesLater(answer.status)) await app.store.drop(held.key);
  if (answer.data.code === "AlreadyUnderWay") { location.reload(); return; }
  if (answer.status === 401) app.signedOut = true;
  app.failed = comesLater(answer.status) ? t("No connection to the server. Please try again.") : answer.data.message || t("That did not work. Please try again.");
  if (answer.data.code === "TokenUnknown") app.failed = ""; // replaced meanwhile: the cover asks
  paint();
}

async function opened(facts, token) {
  sync(facts.now);
  app.token = token;
  app.attempt = facts.attempt_id;
  if (facts.over) { await showResult(); return; }
  setDeadline(facts.deadline);
  app.asked = facts.questions;
  app.number = facts.number;
  app.choices = Array.from(facts.answers, (char) => char.charCodeAt(0) - 48);
  app.marks = Array.from(facts.marks, (char) => char === "1");
  app.acked = facts.last_seq;
  app.next = facts.last_seq + 1;
  app.saved = app.choices.filter(Boolean).length;
  app.givenBack = facts.given_back;
  app.resumed = facts.taken_over || facts.last_seq > 0;
  app.mode = "asking";
  for (const one of app.asked) if (one.photo) new Image().src = one.photo;
  await courier.start();
  const first = app.choices.findIndex((choice) => !choice);
  app.at = first < 0 ? 0 : first;
  paint();
  beat();
}

/** A sign of life every now and then; what comes back says how the exam stands. */
async function beat() {
  if (app.beating) return;
  app.beating = true;
  while (app.mode === "asking" || app.mode === "closing") {
    await new Promise((resolve) => { setTimeout(resolve, ALIVE_MS); app.call = resolve; });
    if (app.mode !== "asking") continue;
    const answer = await request("POST", `/api/attempts/${app.attempt}/alive`, asTablet());
    app.offline = comesLater(answer.status);
    if (answer.ok) {
      sync(answer.data.now);
      setDeadline(answer.data.deadline);
      courier.kick();
      if (answer.data.taken_over && !courier.rows.length) takenOver();
      else if (answer.data.over) close("time");
    } else if (answer.data.code === "TokenUnknown") takenOver();
    paintNotices();
  }
  app.beating = false;
}

// ------------------------------------------------------------------ painting

function paint() {
  const screen = { cover, asking, closing, taken, elsewhere, result }[app.mode];
  document.body.dataset.mode = app.mode;
  root.replaceChildren(...screen());
  if (app.mode === "asking") { paintQuestion(); paintProgress(); paintReceipt(); paintNotices(); tick(); }
}

/** What must be one tap away; fetched beforehand, so that the browser has it without the server. */
function door() {
  if (!data.door) return [];
  app.fetched ??= setTimeout(() => fetch(data.door.href).catch(() => {}), 3000);
  return [h("a", { class: "button door", href: data.door.href }, data.door.text)];
}

function headOf(...more) {
  return h("header", { class: "head" },
    h("div", { class: "bar" },
      h("div", { class: "titles" }, h("h1", {}, data.title), h("p", {}, t("Candidate: {name}", { name: data.candidate }))),
      ...more, ...door()));
}

const notice = (tone, name, strong, text) => h("div", { class: "notice", data: { tone } }, icon(name), h("div", {}, h("p", {}, strong ? h("strong", {}, strong) : null, strong && text && !CHINESE ? " " : "", text || null)));
const backLink = (look = "") => h("a", { class: `button big ${look}`, href: data.back_url }, t("Back to the exams"));

function cover() {
  const running = data.attempt;
  const body = [h("p", { class: "muted" }, t("Course: {name}", { name: data.course }))];
  if (app.busy) body.push(h("p", { role: "status" }, t("Opening")));
  else if (running) body.push(...resumeWords(running));
  else body.push(...coverWords());
  if (app.failed) body.push(notice("red", "serious", "", app.failed));
  if (app.signedOut) body.push(h("a", { class: "button big", href: signInUrl() }, t("Sign in")));
  return [headOf(), h("main", { class: "cover" }, h("section", { class: "card" }, body))];
}

function coverWords() {
  const rules = h("ul", { class: "rules" }, data.rules.map((one) => h("li", {}, icon("done"), span(one))));
  if (data.refused) return [notice("yellow", "clock", "", data.refused), h("div", { class: "ends" }, backLink("primary"))];
  return [
    h("h2", {}, t("Before you begin")), rules,
    notice("", "clock", "", t("The clock starts when you begin and does not stop.")),
    h("div", { class: "ends" }, h("a", { class: "button big", href: data.back_url }, t("Not now")),
      button({ class: "primary big", onclick: begin, data: { act: "begin" } }, icon("next"), span(t("Begin the exam")))),
  ];
}

function resumeWords(running) {
  const places = { tablet: running.running_on, time: running.seen_text };
  const where = running.running_on ? t("Last sign of life on “{tablet}”: {time}.", places) : t("Last sign of life in another browser: {time}.", places);
  return [
    h("h2", {}, t("This exam is under way")),
    h("p", {}, where),
    notice("yellow", "hand", "", t("If you go on here, the other tablet can no longer answer.")),
    h("div", { class: "ends" }, backLink(), button({ class: "primary big", onclick: () => resume(), data: { act: "resume" } }, icon("next"), span(t("Go on here")))),
  ];
}

function asking() {
  app.ui = {
    time: h("p", { class: "time", role: "timer" }),
    receipt: h("p", { class: "receipt", role: "status" }),
    bar: h("span"),
    notices: h("div", { class: "stack" }),
    question: h("section", { class: "card question", "aria-live": "off" }),
    grid: h("nav", { class: "grid", "aria-label": t("Questions") }),
    foot: h("footer", { class: "foot" }),
  };
  const side = h("aside", { class: "card side" }, h("h2", {}, t("Questions")), app.ui.grid, legend(),
    button({ class: "big wide", onclick: confirmHandIn, data: { act: "hand-in" } }, icon("send"), span(t("Hand in"))));
  return [
    h("header", { class: "head" },
      h("div", { class: "bar" }, h("div", { class: "titles" }, h("h1", {}, data.title), h("p", {}, t("Candidate: {name}", { name: data.candidate }))), app.ui.receipt, app.ui.time, ...door()),
      h("div", { class: "progress" }, app.ui.bar)),
    h("main", { class: "sitting" }, h("div", { class: "stack" }, app.ui.notices, app.ui.question), side),
    app.ui.foot,
  ];
}

const legend = () => h("p", { class: "legend" },
  h("span", {}, h("i", { class: "swatch answered", "aria-hidden": "true" }), t("answered")),
  h("span", {}, h("i", { class: "swatch", "aria-hidden": "true" }), t("not answered")),
  h("span", {}, icon("flagged"), t("marked")));

function paintQuestion(focus = false) {
  const one = app.asked[app.at];
  const several = one.kind === "multiple";
  const name = `q${app.at}`;
  const title = h("h2", { tabIndex: -1, id: "question" }, span(t("Question {n} of {m}", { n: app.at + 1, m: app.asked.length }), "number"),
    span(`${one.kind_text} · ${tn("{n} point", "{n} points", one.points)}`, "badge"));
  const options = one.options.map((words, n) => {
    const input = h("input", { type: several ? "checkbox" : "radio", name, checked: Boolean(app.choices[app.at] >> n & 1), onchange: (event) => choose(n, event.target.checked, several) });
    return h("label", { class: "option", data: { letter: LETTERS[n] } }, input, span(LETTERS[n], "letter"), span(words, "words"));
  });
  app.ui.question.replaceChildren(title,
    h("p", { class: "ask", id: "ask" }, one.text),
    ...(one.photo ? [photoOf(one)] : []),
    ...(several ? [h("p", { class: "muted small" }, t("Several answers may be right"))] : []),
    h("div", { class: "options", role: several ? "group" : "radiogroup", "aria-labelledby": "ask" }, options));
  paintFoot();
  if (focus) {
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

function photoOf(one) {
  const image = h("img", { src: one.photo, alt: t("Picture of the question") });
  return button({ class: "photo", "aria-label": t("Enlarge the picture"), onclick: () => dialog("wide", t("Picture of the question"), [h("img", { src: one.photo, alt: t("Picture of the question") })]) }, image);
}

function choose(n, checked, several) {
  if (app.mode !== "asking") return;
  const bit = 1 << n;
  if (several) app.choices[app.at] = checked ? app.choices[app.at] | bit : app.choices[app.at] & ~bit;
  else app.choices[app.at] = bit;
  keep();
  paintFoot();
}

function go(place, focus = true) {
  if (place < 0 || place >= app.asked.length) return;
  app.at = place;
  paintQuestion(focus);
  paintProgress();
}

function mark() {
  app.marks[app.at] = !app.marks[app.at];
  keep();
  paintFoot();
}

function paintFoot() {
  const last = app.at === app.asked.length - 1;
  const marked = app.marks[app.at];
  const all = app.choices.every(Boolean);
  const onward = last || all
    ? button({ class: "primary big", onclick: confirmHandIn, data: { act: "hand-in" } }, icon("send"), span(t("Hand in")))
    : button({ class: "primary big", onclick: () => go(app.at + 1), data: { act: "next" } }, span(t("Next question")), icon("next"));
  const further = all && !last ? button({ class: "big", onclick: () => go(app.at + 1), data: { act: "next" } }, span(t("Next question"))) : null;
  const answered = app.choices.filter(Boolean).length;
  app.ui.foot.replaceChildren(h("div", {},
    button({ class: "big", disabled: app.at === 0, onclick: () => go(app.at - 1), data: { act: "previous" } }, icon("back"), span(t("Previous question"))),
    button({ class: "big flag", "aria-pressed": String(marked), onclick: mark, data: { act: "mark" } }, icon(marked ? "flagged" : "flag"), span(marked ? t("Marked for later") : t("Mark for later"))),
    button({ class: "big only-narrow", onclick: showGrid, data: { act: "grid" } }, icon("grid"), span(t("Questions {n}/{m}", { n: answered, m: app.asked.length }))),
    span("", "gap"), ...(further ? [further] : []), onward));
}

function gridButtons(close = () => {}) {
  return app.asked.map((_one, n) => {
    const done = Boolean(app.choices[n]);
    const words = [t("Question {n} of {m}", { n: n + 1, m: app.asked.length }), done ? t("answered") : t("not answered")].concat(app.marks[n] ? [t("marked")] : []);
    return button({ class: `place${done ? " answered" : ""}${n === app.at ? " here" : ""}`, "aria-label": words.join(CHINESE ? "，" : ", "), "aria-current": n === app.at ? "true" : null, data: { place: n + 1 }, onclick: () => { close(); go(n); } },
      String(n + 1), app.marks[n] ? icon("flagged") : null);
  });
}

function paintProgress() {
  const answered = app.choices.filter(Boolean).length;
  app.ui.bar.style.transform = `translateX(${(answered / app.asked.length - 1) * 100}%)`;
  app.ui.grid.replaceChildren(...gridButtons());
}

function showGrid() {
  const box = dialog("", t("{n} of {m} answered", { n: app.choices.filter(Boolean).length, m: app.asked.length }), []);
  box.body.append(h("div", { class: "grid" }, gridButtons(() => box.close())), legend(),
    button({ class: "big wide", onclick: () => { box.close(); confirmHandIn(); } }, icon("send"), span(t("Hand in"))));
}

function confirmHandIn() {
  const open = app.choices.flatMap((choice, n) => (choice ? [] : [n]));
  const marked = app.marks.flatMap((is, n) => (is ? [n] : []));
  const box = dialog("", t("Hand in now?"), []);
  const jump = (n) => button({ class: "place", onclick: () => { box.close(); go(n); }, "aria-label": t("Question {n} of {m}", { n: n + 1, m: app.asked.length }) }, String(n + 1));
  if (open.length) box.body.append(notice("yellow", "serious", "", t("Not answered yet:")), h("div", { class: "grid open" }, open.map(jump)));
  else box.body.append(notice("green", "done", "", t("All questions are answered.")));
  if (marked.length) box.body.append(h("p", { class: "small" }, t("Marked for later:")), h("div", { class: "grid marked" }, marked.map(jump)));
  box.body.append(h("p", { class: "muted" }, t("Handing in is final; nothing can be changed afterwards.")),
    h("div", { class: "ends" }, button({ class: "big", onclick: () => box.close() }, t("Go on answering")),
      button({ class: "primary big", data: { act: "hand-in-now" }, onclick: () => close("candidate") }, icon("send"), span(t("Hand in for good")))));
}

function dialog(look, title, children) {
  const before = document.activeElement;
  const body = h("div", { class: "inside" }, children);
  const box = h("dialog", { class: look, "aria-label": title, onclose: () => { box.remove(); before?.focus?.({ preventScroll: true }); } },
    h("div", { class: "sheet" }, h("header", {}, h("h2", {}, title), button({ class: "round", "aria-label": t("Close"), onclick: () => box.close() }, icon("close"))), body));
  document.body.append(box);
  box.showModal();
  box.body = body;
  return box;
}

function paintReceipt() {
  if (app.mode !== "asking" || !app.ui) return;
  const waits = courier.rows.length;
  const stuck = courier.failures > 1 || (waits && navigator.onLine === false);
  let found = { tone: app.saved ? "green" : "grey", name: "saved", text: t("Saved {n}/{m}", { n: app.saved, m: app.asked.length }) };
  if (waits && stuck) found = { tone: "yellow", name: "local", text: tn("On this tablet: {n} answer", "On this tablet: {n} answers", waits) };
  else if (waits) found = { tone: "yellow", name: "sending", text: tn("Uploading {n} answer", "Uploading {n} answers", waits) };
  const box = app.ui.receipt;
  if (box.dataset.says === found.text) return;
  box.dataset.says = found.text;
  box.dataset.tone = found.tone;
  box.replaceChildren(icon(found.name), span(found.text));
}

function paintNotices() {
  if (app.mode !== "asking" || !app.ui) return;
  const found = [];
  const stuck = courier.rows.length && courier.failures > 1;
  if ((stuck && courier.trouble === "network") || app.offline) found.push(["yellow", "offline", t("No connection. You can go on."), t("Answers are kept on this tablet and sent by themselves when the connection is back.")]);
  else if (stuck) found.push(["red", "serious", t("The server cannot save at the moment."), t("Nothing is lost: it is kept on this tablet and sent again by itself.")]);
  if (app.store.volatile) found.push(["yellow", "serious", t("This browser keeps nothing on the tablet."), t("Leave this page open until everything is saved.")]);
  if (app.givenBack) found.push(["green", "clock", "", t("{minutes} min {seconds} s were given back for the interruption.", { minutes: Math.floor(app.givenBack / 60), seconds: app.givenBack % 60 })]);
  else if (app.resumed) found.push(["", "done", "", t("The exam goes on here; what was answered before is kept.")]);
  const says = JSON.stringify(found);
  if (app.ui.notices.dataset.says === says) return;
  app.ui.notices.dataset.says = says;
  app.ui.notices.replaceChildren(...found.map((one) => notice(...one)));
}

function closing() {
  const words = [h("h2", {}, t("Handing in")), h("p", { role: "status" }, app.why === "time" ? t("The time is up. Your exam is being handed in.") : t("Your exam is being handed in."))];
  if (app.offline || courier.failures > 1) {
    words.push(notice("yellow", "offline", "", t("There is no connection. Leave this page open: it is handed in by itself.")));
    if (courier.rows.length) words.push(h("p", {}, tn("On this tablet: {n} answer", "On this tablet: {n} answers", courier.rows.length)));
  }
  return [headOf(), h("main", { class: "cover" }, h("section", { class: "card" }, words))];
}

function taken() {
  return [headOf(), h("main", { class: "cover" }, h("section", { class: "card" },
    h("h2", {}, t("The exam goes on elsewhere")),
    notice("yellow", "hand", "", t("It was opened on another tablet. What was answered here before counts.")),
    h("div", { class: "ends" }, backLink(), button({ class: "primary big", onclick: () => location.reload() }, t("Load this page again")))))];
}

function elsewhere() {
  const words = [h("h2", {}, t("This exam is open in another tab of this browser")),
    notice("yellow", "hand", "", t("Only one tab can answer at a time. If you go on here, the other one can no longer answer; what was answered there is kept."))];
  if (app.failed) words.push(notice("red", "serious", "", app.failed));
  if (app.busy) words.push(h("p", { role: "status" }, t("Opening")));
  else words.push(h("div", { class: "ends" }, backLink(), button({ class: "primary big", onclick: takeTab, data: { act: "resume" } }, icon("next"), span(t("Go on in this tab")))));
  return [headOf(), h("main", { class: "cover" }, h("section", { class: "card" }, words))];
}

function result() {
  const found = app.result;
  const wrong = found.lines.filter((one) => !one.is_right);
  const shown = app.onlyWrong ? wrong : found.lines;
  const card = h("section", { class: "card verdict", data: { passed: String(found.passed) } },
    h("p", { class: "stamp" }, icon(found.passed ? "done" : "undone"), span(found.passed ? t("Passed") : t("Not passed"))),
    h("p", { class: "score" }, t("{score} points, {percent} of 100", { score: found.score, percent: found.percent })),
    h("p", { class: "muted" }, t("Passed from {needed} points.", { needed: found.needed }), CHINESE ? "" : " ", found.lines.length ? t("{n} of {m} questions right", { n: found.right, m: found.lines.length }) : ""),
    h("p", { class: "muted small" }, `${t("No. {number}", { number: found.number })} · ${found.held_on}`),
    ...found.remarks.map((one) => h("p", { class: "small" }, one)),
    ...(app.refused ? [notice("yellow", "clock", "", tn("{n} answer came too late and does not count.", "{n} answers came too late and do not count.", app.refused))] : []),
    h("div", { class: "next" }, h("h2", {}, t("What comes next")), h("p", {}, found.next_step)),
    h("div", { class: "ends" }, ...ends()));
  const lines = found.lines.length ? [h("div", { class: "section" }, h("h2", {}, t("Every question explained")),
    wrong.length && wrong.length < found.lines.length ? button({ "aria-pressed": String(Boolean(app.onlyWrong)), onclick: () => { app.onlyWrong = !app.onlyWrong; paint(); } }, app.onlyWrong ? t("Show all") : t("Show only the wrong ones ({n})", { n: wrong.length })) : null),
  ...shown.map(explained)] : [];
  return [headOf(), h("main", { class: "results stack" }, card, ...lines)];
}

function ends() {
  const found = [];
  if (data.tablet) found.push(h("form", { method: "post", action: "/sign-out" }, h("input", { type: "hidden", name: "csrf", value: data.csrf }), button({ class: "big", type: "submit" }, icon("person"), span(t("Done, switch person")))));
  found.push(backLink("primary"));
  return found;
}

function explained(one) {
  const options = one.options.map((each) => h("li", { class: `${each.right ? "right" : ""}${each.chosen ? " chosen" : ""}` },
    span(each.letter, "letter"), span(each.text, "words"),
    h("span", { class: "tags" }, each.right ? h("span", { class: "badge", data: { tone: "green" } }, icon("pass"), t("right answer")) : null,
      each.chosen ? h("span", { class: "badge", data: { tone: each.right ? "green" : "red" } }, icon(each.right ? "pass" : "fail"), t("your answer")) : null)));
  return h("article", { class: "card line" },
    h("h3", {}, span(`${one.number}. `), span(one.text), h("span", { class: "badge", data: { tone: one.is_right ? "green" : "red" } }, icon(one.is_right ? "pass" : "fail"), one.is_right ? t("Right") : t("Wrong"))),
    h("p", { class: "muted small" }, `${one.kind_text} · ${t("{got} of {points} points", { got: one.got, points: one.points })} · ${one.chosen ? t("Your answer: {letters}", { letters: one.chosen }) : t("Your answer: none")} · ${t("Right answer: {letters}", { letters: one.right })}`),
    one.photo ? h("img", { class: "shown", src: one.photo, alt: t("Picture of the question"), loading: "lazy" }) : null,
    h("ul", { class: "answers" }, options),
    one.explanation ? h("div", { class: "why" }, icon("why"), h("p", {}, h("strong", {}, t("Explanation")), " ", one.explanation, one.source ? h("span", { class: "muted" }, ` ${t("Basis: {source}", { source: one.source })}`) : null)) : null);
}

const signInUrl = () => `/sign-in?next=${encodeURIComponent(location.pathname)}`;

// ------------------------------------------------------------------ time

function tick() {
  if (app.mode === "asking" && app.ui) {
    const left = Math.max(0, Math.ceil((app.deadline - serverNow()) / 1000));
    const minutes = Math.floor(left / 60);
    const seconds = String(left % 60).padStart(2, "0");
    app.ui.time.dataset.tone = left <= 60 ? "red" : left <= 300 ? "orange" : "";
    if (app.ui.time.dataset.left !== `${left}`) {
      app.ui.time.dataset.left = `${left}`;
      app.ui.time.replaceChildren(icon("clock"), h("span", { "aria-hidden": "true" }, `${minutes}:${seconds}`), span(t("{minutes} min {seconds} s left", { minutes, seconds: left % 60 }), "unseen"));
    }
    if (left === 0) close("time");
  }
  const idle = data.tablet && data.idle_seconds > 0 && (app.mode === "cover" || app.mode === "result");
  if (idle && Date.now() - app.moved > data.idle_seconds * 1000) leave();
}

/** A shared tablet that nobody touches goes back to the names. */
function leave() {
  app.moved = Date.now();
  const form = h("form", { method: "post", action: "/sign-out" }, h("input", { type: "hidden", name: "csrf", value: data.csrf }));
  document.body.append(form);
  form.submit();
}

async function start() {
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => { app.moved = Date.now(); }, { passive: true });
  addEventListener("online", () => { app.call?.(); courier.kick(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { app.call?.(); courier.kick(); tick(); } });
  setInterval(tick, 500);
  if (data.result) { app.mode = "result"; app.result = data.result; paint(); return; }
  app.store = await Store.open();
  app.lease = new Lease(`exam-lease-${heldKey()}`, lostTab);
  const held = data.attempt ? await app.store.held(heldKey()) : null;
  if (held && (held.attempt === null || held.attempt === data.attempt.id)) await resume(held);
  else paint();
}

start();
