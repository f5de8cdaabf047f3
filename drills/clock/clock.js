/**
 * The stopwatch of a drill. What is tapped is painted at once, kept on the tablet (IndexedDB) and
 * sent by itself in order; the same tap sent twice counts once. Several tablets share one drill:
 * each shows what the server says, with its own waiting taps laid over.
 *
 * Only what plain HTTP in a hall's own network offers is used: no service worker, no
 * crypto.randomUUID, no mediaDevices.
 */

const data = JSON.parse(document.getElementById("drill").textContent);
const CHINESE = String(data.language).startsWith("zh");
const BASE = `/api/drills/${data.code}`;
const UNDO_MS = 120000;
const LOOK_MS = 2500;
const LONG_SIDE = 1600;
const MOST_SHOWN = 200;

// ------------------------------------------------------------------ words, elements

/** The translated message, its named places filled. */
function t(id, places = {}) {
  return (data.strings?.[id] ?? id).replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/** `one` or `many`; Chinese has one form, kept under `many`. */
const tn = (one, many, n, places = {}) => t(!CHINESE && n === 1 ? one : many, { n, ...places });

/** An element: properties, then `on…` handlers and attributes, then children. */
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

/** Replace what a node holds only where it differs, so that nothing flickers or loses its focus. */
function fill(node, key, build) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...[build()].flat().filter(Boolean));
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Date.now().toString(36) + "-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `02:35`, or with hours `1:02:35`. */
function span(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(all / 3600);
  return (hours ? `${hours}:` : "") + `${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
}

/** Seconds as people say them: `2 分 40 秒`. */
function said(seconds) {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (!minutes) return t("{s} s", { s: rest });
  return rest ? t("{m} min {s} s", { m: minutes, s: rest }) : t("{m} min", { m: minutes });
}

const clockText = (ms) =>
  new Intl.DateTimeFormat(CHINESE ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: data.timezone }).format(new Date(ms));

// ------------------------------------------------------------------ the server's clock

/** The difference to the server's clock, by the answer that took the least time. */
const time = { offset: data.face.now - Date.now(), best: Infinity };
const serverNow = () => Math.round(Date.now() + time.offset);

function setTime(sent, answered, now) {
  const took = answered - sent;
  time.best *= 1.05; // an old measurement slowly gives way: clocks drift
  if (took > time.best) return;
  time.best = took;
  time.offset = now - (sent + answered) / 2;
}

// ------------------------------------------------------------------ requests

/** One request. Never throws: `status` is 0 when no answer came, 401 when a sign-in page came. */
function request(method, url, { headers = {}, json, body, timeout = 12000 } = {}) {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    const sent = Date.now();
    call.open(method, url);
    call.timeout = timeout;
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("Accept-Language", data.language.replace("_", "-")); // also without a session
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    if (json !== undefined) call.setRequestHeader("Content-Type", "application/json");
    call.onerror = call.ontimeout = call.onabort = () => resolve({ status: 0, data: {} });
    call.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(call.responseText);
      } catch {
        answer = null;
      }
      if (answer === null) return resolve({ status: call.responseURL?.includes("/api/") ? call.status || 0 : 401, data: {} });
      const now = answer.now ?? answer.face?.now;
      if (Number.isFinite(now)) setTime(sent, Date.now(), now);
      resolve({ status: call.status, data: answer });
    };
    call.send(json !== undefined ? JSON.stringify(json) : (body ?? null));
  });
}

const withSession = { "X-CSRF-Token": data.csrf };
const comesLater = (status) => status === 0 || status >= 500 || status === 408 || status === 425 || status === 429;

// ------------------------------------------------------------------ the store on the tablet

const asked = (req) =>
  new Promise((resolve, reject) => {
    req.onsuccess = () => resolve(req.result);
    req.onerror = () => reject(req.error);
  });

/** What waits for the server, in order; in memory where the tablet keeps nothing. */
class Store {
  constructor() {
    this.memory = [];
    this.next = 1e12;
    this.volatile = false;
  }

  async open() {
    try {
      const opening = indexedDB.open("drill-clock", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("rows", { keyPath: "n", autoIncrement: true });
      this.db = await Promise.race([asked(opening), wait(4000).then(() => { throw new Error("the store did not open"); })]);
      this.db.onversionchange = () => this.db.close();
    } catch {
      this.db = null;
      this.volatile = true;
    }
  }

  async #run(mode, work) {
    const tx = this.db.transaction("rows", mode, { durability: mode === "readwrite" ? "strict" : "relaxed" });
    const ended = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("aborted"));
    });
    ended.catch(() => {});
    const result = await work(tx.objectStore("rows"));
    await ended;
    return result;
  }

  /** Every row of this drill, the oldest first. */
  async rows() {
    const found = this.db ? await this.#run("readonly", (table) => asked(table.getAll())).catch(() => []) : [];
    return found.concat(this.memory).filter((row) => row.code === data.code);
  }

  async add(row) {
    if (this.db) {
      try {
        return { ...row, n: await this.#run("readwrite", (table) => asked(table.add(row))) };
      } catch {
        this.volatile = true;
      }
    }
    const kept = { ...row, n: this.next++ };
    this.memory.push(kept);
    return kept;
  }

  async remove(row) {
    if (row.n >= 1e12) this.memory = this.memory.filter((one) => one.n !== row.n);
    else if (this.db) await this.#run("readwrite", (table) => asked(table.delete(row.n))).catch(() => {});
  }
}

function remembered(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing asks for a new token after a reload.
  }
  return null;
}

// ------------------------------------------------------------------ what is known

const store = new Store();
const state = {
  face: data.face,
  rows: [], // what waits, as the store has it
  token: "",
  blocked: null, // why nothing can be written: { message, signedOut }
  trouble: false,
  notices: [],
  asks: new Map(), // people who need a reason, with the sentence that says why
  tab: "clock",
  show: "all",
  search: "",
  saved: 0,
};
const tokenName = `drill-clock-${data.code}-${data.user}`;

/** Whether a row goes now: under the leave with which it was tapped, or that of the same person. */
const own = (row) => row.user === data.user;
const goes = (row) => Boolean(row.token) || own(row);
const waiting = () => state.rows.filter(goes);

/** Whoever was refused taps nothing; whoever was only signed out goes on. */
const mayTap = () => !state.blocked || state.blocked.signedOut;

/** The drill as the server knows it, with the waiting taps laid over. */
function current() {
  const face = { ...state.face, milestones: state.face.milestones.map((one) => ({ ...one })), people: state.face.people.map((one) => ({ ...one })) };
  for (const row of waiting()) if (row.tap) lay(face, row.tap, row.name ?? "");
  return face;
}

function lay(face, tap, by) {
  const milestone = face.milestones.find((one) => one.id === tap.milestone_id);
  if (tap.kind === "start" && ["planned", "under_way"].includes(face.status) && (!face.started_at || tap.at < face.started_at)) Object.assign(face, { started_at: tap.at, status: "under_way" });
  if (tap.kind === "stop" && !face.ended_at) face.ended_at = tap.at;
  if (tap.kind === "go_on") face.ended_at = null;
  if (tap.kind === "others") Object.assign(face, { visitors: tap.visitors, third_parties: tap.third_parties });
  if (milestone && tap.kind === "stamp" && (!milestone.at || tap.at < milestone.at))
    Object.assign(milestone, { at: Math.max(tap.at, face.started_at ?? tap.at), key: tap.key, by, waits: true });
  if (milestone && tap.kind === "undo" && milestone.key === tap.of) Object.assign(milestone, { at: null, key: "", by: "" });
  if (["sign", "present", "absent"].includes(tap.kind)) attend(face, tap);
}

function attend(face, tap) {
  let person = face.people.find((one) => one.id === tap.person_id);
  if (!person) {
    const known = data.colleagues.find((one) => one.id === tap.person_id);
    person = { ...(known ?? { id: tap.person_id, name: "–", place: "" }), expected: false, present: null, how: "", reason: "" };
    face.people.push(person);
  }
  const how = tap.kind === "sign" ? "signed" : person.how === "signed" && tap.kind === "present" ? "signed" : "ticked";
  Object.assign(person, { present: tap.kind !== "absent", how, waits: true });
}

const isRunning = (face) => face.status === "under_way";

// ------------------------------------------------------------------ sending

/** Keep a tap on the tablet, paint it, and bring it to the server. */
const tap = (kind, facts = {}) => keep({ tap: { key: newKey(), kind, at: serverNow(), ...facts } });

/** A row carries whose it is: it goes in this name or not at all. */
async function keep(facts) {
  if (!mayTap()) return;
  const row = { code: data.code, user: data.user, name: data.name, token: state.token, ...facts };
  state.rows.push(row);
  paint();
  const kept = await store.add(row);
  const place = state.rows.indexOf(row);
  if (place < 0) await store.remove(kept); // refused meanwhile
  else state.rows[place] = kept;
  paint();
  send();
}

let sending = false;
let again = false;
let failures = 0;
let timer = 0;

async function send() {
  clearTimeout(timer);
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  try {
    do {
      again = false;
      await drain();
    } while (again && !state.trouble);
  } finally {
    sending = false;
    paint();
  }
}

async function drain() {
  for (;;) {
    const row = waiting().find((one) => one.n !== undefined);
    if (!row) return;
    if (!row.token && !(await reopen())) return;
    row.token ||= state.token;
    const went = row.tap ? await sendTap(row) : await sendPhoto(row);
    if (!went) return;
  }
}

async function sendTap(row) {
  const headers = { "X-Run-Token": row.token };
  const answer = await request("POST", `${BASE}/taps`, { headers, json: row.tap });
  if (!(await settled(row, answer))) return false;
  if (answer.data.face) state.face = { ...state.face, ...answer.data.face };
  tell(answer.data, row.tap);
  return true;
}

async function sendPhoto(row) {
  const headers = { "X-Run-Token": row.token, "Content-Type": "application/octet-stream" };
  const url = `${BASE}/photos?client_key=${encodeURIComponent(row.key)}`;
  const answer = await request("POST", url, { headers, body: row.photo, timeout: 60000 });
  if (!(await settled(row, answer))) return false;
  state.photos = (state.photos ?? 0) + 1;
  return true;
}

/** Whether the server has said something final of a row, which then waits no more. */
async function settled(row, answer) {
  if (comesLater(answer.status)) return later();
  worked();
  if (answer.status === 401 || (answer.status === 403 && answer.data.code === "ClockUnknown")) {
    const held = row.token;
    if (!own(row)) { // waits until they sign in again
      row.token = "";
      again = true;
      return false;
    }
    if (held === state.token) state.token = "";
    if (!(await reopen())) return false;
    row.token = state.token;
    if (held === row.token) return block(answer);
    again = true;
    return false;
  }
  await store.remove(row);
  state.rows = state.rows.filter((one) => one !== row);
  if (answer.status >= 400) notice("red", answer.data.message || t("The server did not accept this ({code}).", { code: answer.status }));
  else state.saved += 1;
  return true;
}

function later() {
  failures += 1;
  state.trouble = true;
  timer = setTimeout(() => { state.trouble = false; send(); }, Math.min(15000, 600 * 2 ** failures));
  paint();
  return false;
}

function worked() {
  failures = 0;
  state.trouble = false;
}

function block(answer) {
  const { code, message = "" } = answer.data;
  state.blocked = { message, signedOut: answer.status === 401 || code === "FormOutdated" };
  if (["NotAllowed", "NotFound"].includes(code)) drop();
  paint();
  return false;
}

/** What was tapped by somebody who may not is not kept for the next one who may. */
function drop() {
  const refused = state.rows.filter((row) => own(row) && !row.token);
  state.rows = state.rows.filter((row) => !refused.includes(row));
  for (const row of refused) if (row.n !== undefined) store.remove(row);
}

/** Ask for leave to write, or take it up again with the token held from before a reload. */
async function reopen() {
  if (state.token) return true;
  const held = remembered(tokenName) || null;
  const answer = await request("POST", `${BASE}/clock`, { headers: withSession, json: { held_token: held } });
  if (comesLater(answer.status)) return later();
  worked();
  if (answer.status >= 400 || !answer.data.token) return block(answer);
  state.blocked = null;
  state.token = answer.data.token;
  remembered(tokenName, state.token);
  for (const row of state.rows.filter(own)) row.token ||= state.token;
  state.face = answer.data.face;
  paint();
  return true;
}

/** Say what became of a tap where it was not simply kept. */
function tell(answer, one) {
  if (answer.outcome === "elsewhere") state.asks.set(one.person_id, answer.message);
  else if (one.person_id) state.asks.delete(one.person_id);
  if (answer.message) notice(["joined", "earlier", "begun_earlier"].includes(answer.outcome) ? "blue" : "yellow", answer.message);
}

function notice(tone, text) {
  state.notices = [...state.notices.filter((one) => one.text !== text), { tone, text, key: newKey() }].slice(-3);
  paint();
}

/** See what other tablets have done. */
async function look() {
  if (!state.token || document.hidden || sending) return;
  const answer = await request("POST", `${BASE}/face`, { headers: { "X-Run-Token": state.token }, json: { seen: state.face.mark }, timeout: 8000 });
  if (answer.status === 0 || answer.status >= 500) {
    state.trouble = true;
    paint();
    return;
  }
  if (answer.status >= 400) return;
  if (state.trouble) {
    state.trouble = false;
    send();
  }
  if (answer.data.milestones && !sending) state.face = { ...state.face, ...answer.data };
  paint();
}

// ------------------------------------------------------------------ dialogs and the pad

function dialog(title, build) {
  const id = `d-${newKey()}`;
  const box = h("dialog", { "aria-labelledby": id });
  const close = () => box.close();
  const head = h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "round", "aria-label": t("Close"), onclick: close }, icon("close")));
  box.append(h("div", { class: "sheet" }, head, ...[build(close, box)].flat()));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Strokes in the pad's first size, so that turning the tablet spoils nothing. */
class Pad {
  constructor() {
    this.canvas = h("canvas", { role: "img", "aria-label": t("Signature field") });
    this.hint = h("span", { class: "ask-sign" }, t("Sign here with a finger or a pen"));
    this.box = h("div", { class: "pad" }, this.canvas, this.hint);
    this.strokes = [];
    this.canvas.addEventListener("pointerdown", (event) => this.#start(event));
    this.canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, (event) => event.pointerId === this.pointer && (this.pointer = null));
    new ResizeObserver(() => this.#fit()).observe(this.box);
  }

  #fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width) return;
    this.size ??= { w: width, h: height };
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.scale = Math.min(width / this.size.w, height / this.size.h);
    this.context = this.canvas.getContext("2d");
    this.context.setTransform(ratio * this.scale, 0, 0, ratio * this.scale, 0, 0);
    Object.assign(this.context, { lineWidth: 2.6, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(this.box).color });
    this.strokes.forEach((stroke) => this.#trace(stroke, 1));
  }

  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [Math.round(((event.clientX - box.left) / this.scale) * 10) / 10, Math.round(((event.clientY - box.top) / this.scale) * 10) / 10];
  }

  #start(event) {
    if (this.pointer || event.button > 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.hint.hidden = true;
    this.strokes.push([this.#point(event)]);
  }

  #draw(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes.at(-1);
    const from = stroke.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) {
      const point = this.#point(one);
      if (Math.hypot(point[0] - stroke.at(-1)[0], point[1] - stroke.at(-1)[1]) >= 1.5) stroke.push(point);
    }
    if (stroke.length > from) this.#trace(stroke, from);
  }

  #trace(stroke, from) {
    this.context.beginPath();
    this.context.moveTo(...stroke[Math.max(0, from - 1)]);
    for (const point of stroke.slice(from)) this.context.lineTo(...point);
    this.context.stroke();
  }

  clear() {
    this.strokes = [];
    this.hint.hidden = false;
    this.size = null;
    this.#fit();
  }

  /** Long enough to be a signature and not a slip of the hand. */
  get enough() {
    const length = this.strokes.reduce((sum, stroke) => sum + stroke.slice(1).reduce((all, point, i) => all + Math.hypot(point[0] - stroke[i][0], point[1] - stroke[i][1]), 0), 0);
    return length >= 0.15 * (this.size?.w ?? 300);
  }

  get value() {
    return { strokes: this.strokes, w: Math.round(this.size.w), h: Math.round(this.size.h) };
  }
}

function field(label, input) {
  return h("label", { class: "field" }, h("span", { class: "label" }, label), input);
}

const wrongLine = () => h("p", { class: "wrong", role: "alert", hidden: true });

function say(line, text) {
  line.replaceChildren(icon("warning"), document.createTextNode(text));
  line.hidden = false;
}

/** Signing in: by hand, by name and code, or only ticked where people sign on paper. */
function signIn(person) {
  dialog(person.name, (close) => {
    const pad = new Pad();
    const wrong = wrongLine();
    const why = state.asks.get(person.id);
    const reason = h("input", { maxlength: "200", autocomplete: "off" });
    const reasonBox = why ? h("div", { class: "stack" }, h("p", { class: "wrong" }, icon("warning"), why), field(t("Reason"), reason)) : null;
    const extra = () => (why ? { reason: reason.value.trim() } : {});
    const unexplained = () => why && !reason.value.trim();
    const confirm = () => {
      if (unexplained()) return say(wrong, t("Say why this person is in two places."));
      if (!pad.enough) return say(wrong, t("Please sign in the field first."));
      tap("sign", { person_id: person.id, ink: pad.value, ...extra() });
      return close();
    };
    const tick = () => {
      if (unexplained()) return say(wrong, t("Say why this person is in two places."));
      tap("present", { person_id: person.id, ...extra() });
      return close();
    };
    const body = h("div", { class: "stack" });
    const byHand = () => body.replaceChildren(
      h("p", {}, t("I took part in this drill: {title}", { title: data.title })), ...[reasonBox].filter(Boolean), pad.box, wrong,
      h("div", { class: "ends" },
        h("button", { type: "button", onclick: () => pad.clear() }, t("Sign again")),
        h("button", { type: "button", class: "primary big", onclick: confirm }, icon("sign"), t("Confirm attendance"))),
      h("div", { class: "others" },
        h("button", { type: "button", class: "plain", onclick: () => byName() }, t("Type name and PIN instead")),
        h("button", { type: "button", class: "plain", onclick: tick }, t("Signed on paper: tick only"))));
    const byName = () => body.replaceChildren(typedForm(person, { wrong, extra, unexplained, close, back: byHand, reasonBox }));
    byHand();
    return body;
  });
}

function typedForm(person, { wrong, extra, unexplained, close, back, reasonBox }) {
  const name = h("input", { maxlength: "64", autocomplete: "off" });
  const pin = h("input", { type: "password", inputmode: "numeric", maxlength: "32", autocomplete: "off" });
  const submit = async (event) => {
    event.preventDefault();
    if (unexplained()) return say(wrong, t("Say why this person is in two places."));
    if (!name.value.trim()) return say(wrong, t("Type your full name."));
    if (!pin.value) return say(wrong, t("Enter the six digits of your PIN."));
    if (!(await reopen())) return say(wrong, t("No connection. Sign by hand: that is kept on this tablet."));
    const one = { key: newKey(), kind: "sign", at: serverNow(), person_id: person.id, ...extra() };
    const answer = await request("POST", `${BASE}/signatures`, { headers: { ...withSession, "X-Run-Token": state.token }, json: { tap: one, typed: name.value, pin: pin.value } });
    if (comesLater(answer.status)) return say(wrong, t("No connection. Sign by hand: that is kept on this tablet."));
    if (answer.status >= 400) return say(wrong, answer.data.message || t("The server did not accept this ({code}).", { code: answer.status }));
    state.face = { ...state.face, ...answer.data.face };
    state.saved += 1;
    tell(answer.data, one);
    paint();
    return close();
  };
  return h("form", { class: "stack", onsubmit: submit },
    ...[reasonBox].filter(Boolean), field(t("Full name"), name), field(t("Six-digit PIN"), pin), wrong,
    h("div", { class: "ends" },
      h("button", { type: "button", onclick: back }, t("Sign by hand instead")),
      h("button", { class: "primary big" }, icon("sign"), t("Confirm attendance"))));
}

/** Somebody is not there; why is good to know, and not asked for. */
function sayAbsent(person) {
  dialog(t("{name} is absent", { name: person.name }), (close) => {
    const reason = h("input", { maxlength: "200", autocomplete: "off" });
    const chips = ["On leave", "Away on business", "Stays on post"].map((word) =>
      h("button", { type: "button", onclick: () => { reason.value = t(word); } }, t(word)));
    const confirm = () => {
      tap("absent", { person_id: person.id, reason: reason.value.trim() });
      close();
    };
    return h("div", { class: "stack" }, h("div", { class: "options" }, chips), field(t("Reason (optional)"), reason),
      h("div", { class: "ends" }, h("button", { type: "button", class: "primary big", onclick: confirm }, t("Record as absent"))));
  });
}

function askFinish(face) {
  const there = face.people.filter((one) => one.present).length;
  if (!there) {
    state.tab = "people";
    notice("yellow", t("Nobody is recorded as present yet. Let people sign in, or tick their names, then finish."));
    return;
  }
  dialog(t("Finish the drill?"), (close) => {
    const wrong = wrongLine();
    const open = face.people.filter((one) => one.present === null && one.expected).length;
    const finish = async (event) => {
      const button = event.currentTarget;
      await send();
      if (waiting().length) return say(wrong, t("No connection: {n} entries wait on this tablet. Finish when they are saved.", { n: waiting().length }));
      button.setAttribute("aria-busy", "true");
      const answer = await request("POST", `${BASE}/finish`, { headers: withSession, json: {} });
      button.removeAttribute("aria-busy");
      if (answer.status === 401) return say(wrong, t("You were signed out after a pause. Sign in again: all is kept."));
      if (comesLater(answer.status)) return say(wrong, t("No connection. Nothing is lost; try again."));
      if (answer.status >= 400) return say(wrong, answer.data.message || t("The server did not accept this ({code}).", { code: answer.status }));
      close();
      location.assign(answer.data.url);
      return null;
    };
    return h("div", { class: "stack" },
      h("p", {}, tn("{n} person is recorded as present. The clock cannot be changed afterwards without a reason; names can still be added on the drill's page.", "{n} people are recorded as present. The clock cannot be changed afterwards without a reason; names can still be added on the drill's page.", there)),
      open ? h("p", { class: "muted" }, tn("{n} expected person has not been ticked yet.", "{n} expected people have not been ticked yet.", open)) : null,
      wrong,
      h("div", { class: "ends" }, h("button", { type: "button", onclick: close }, t("Go back")), h("button", { type: "button", class: "primary big", onclick: finish }, icon("done"), t("Finish the drill"))));
  });
}

// ------------------------------------------------------------------ pictures

/** The picture, at most 1600 px long; what the browser cannot read goes as it is. */
async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = h("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    canvas.width = 0;
    return small && (scale < 1 || small.size < file.size) ? small : file;
  } catch {
    return file;
  }
}

async function takePhotos(files) {
  for (const file of files) {
    const small = await shrink(file);
    if (!small.size) {
      notice("red", t("This picture is empty. Take it again."));
      continue;
    }
    await keep({ key: newKey(), photo: await small.arrayBuffer() });
  }
}

// ------------------------------------------------------------------ the page

const parts = {};
const nodes = { milestones: new Map(), people: new Map() };

/** What must be one tap away; fetched beforehand, so that the browser has it without the server. */
function door() {
  if (!data.door) return [];
  setTimeout(() => fetch(data.door.href).catch(() => {}), 3000);
  return [h("a", { class: "button door", href: data.door.href }, data.door.text)];
}

/** The plans that are tried out, as the page of an emergency has them. */
const planLinks = () => data.plans.map((plan) => h("a", { class: "button plain plan", href: plan.href }, icon("plan"), plan.title));

function build() {
  parts.receipt = h("div", { class: "receipt", role: "status" });
  parts.notices = h("div", { class: "stack", id: "notices", "aria-live": "polite" });
  parts.elapsed = h("p", { class: "elapsed" });
  parts.about = h("p", { class: "muted" });
  parts.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("Parts of the drill") });
  for (const name of ["clock", "people"]) {
    const button = h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => { state.tab = name; paint(); } });
    parts[`tab-${name}`] = button;
    parts.tabs.append(button);
  }
  parts.milestones = h("ul", { class: "stack" });
  parts.people = h("ul", { class: "stack" });
  parts.search = h("input", { type: "search", placeholder: t("Search by name or window"), "aria-label": t("Search by name or window"), oninput: (event) => { state.search = event.target.value.trim().toLowerCase(); paint(); } });
  parts.show = h("div", { class: "options narrow", role: "group", "aria-label": t("Who is shown") });
  parts.strangers = h("div", { class: "stack" });
  parts.numbers = h("div", { class: "numbers" }, counter("visitors", t("Visitors")), counter("third_parties", t("Third parties")));
  parts.foot = h("div", {});
  const head = h("header", { class: "head" },
    h("div", { class: "bar" },
      h("a", { class: "button round", href: data.back, "aria-label": t("Back to the drill") }, icon("back")),
      h("div", { class: "titles" }, h("h1", {}, data.title), h("p", {}, data.subtitle)),
      parts.receipt, ...door()),
    parts.tabs);
  const clock = h("section", { id: "panel-clock", role: "tabpanel", "aria-labelledby": "tab-clock" },
    h("div", { class: "watch" }, parts.elapsed, parts.about, ...planLinks()), parts.milestones);
  const people = h("section", { id: "panel-people", role: "tabpanel", "aria-labelledby": "tab-people" },
    h("div", { class: "tools" }, parts.search, parts.show), parts.people, parts.strangers, parts.numbers);
  Object.assign(parts, { clock, peoplePanel: people });
  const camera = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, id: "camera", tabindex: "-1", "aria-hidden": "true", onchange: (event) => { takePhotos([...event.target.files]); event.target.value = ""; } });
  document.getElementById("app").replaceChildren(head, h("main", {}, parts.notices, clock, people), h("footer", { class: "foot" }, parts.foot), camera);
  parts.camera = camera;
}

let othersTimer = 0;

/** A number with a button on each side; sent when it has come to rest. */
function counter(name, label) {
  const input = h("input", { type: "number", inputmode: "numeric", min: "0", max: "9999", id: `n-${name}` });
  const set = (value) => {
    input.value = String(Math.min(9999, Math.max(0, Number(value) || 0)));
    clearTimeout(othersTimer);
    othersTimer = setTimeout(() => tap("others", { visitors: Number(parts.visitors.value) || 0, third_parties: Number(parts.third_parties.value) || 0 }), 900);
  };
  input.addEventListener("change", () => set(input.value));
  parts[name] = input;
  const button = (sign, step, words) => h("button", { type: "button", "aria-label": words, onclick: () => set((Number(input.value) || 0) + step) }, sign);
  return h("div", { class: "counter" }, h("label", { class: "label", for: `n-${name}` }, label),
    h("div", { class: "step" }, button("−", -1, t("One less: {what}", { what: label })), input, button("+", 1, t("One more: {what}", { what: label }))));
}

function paint() {
  if (!parts.foot) return;
  const face = current();
  paintReceipt();
  paintNotices();
  paintTabs(face);
  paintWatch(face);
  paintMilestones(face);
  if (state.tab === "people") paintPeople(face);
  paintFoot(face);
}

function paintReceipt() {
  const n = waiting().length;
  const [tone, name, text] = state.blocked && (state.blocked.signedOut || n)
    ? ["red", "local", t("Not connected to the drill")]
    : state.blocked ? ["grey", "info", t("Only to look at")]
    : store.volatile && n ? ["red", "warning", tn("{n} entry is only in memory. Leave this page open.", "{n} entries are only in memory. Leave this page open.", n)]
    : state.trouble ? ["yellow", "local", n ? t("No network: {n} kept on this tablet", { n }) : t("No network: taps are kept on this tablet")]
    : n ? ["grey", "sending", t("Uploading {n}", { n })]
    : ["green", "saved", state.saved ? t("All {n} saved", { n: state.saved }) : t("Connected")];
  parts.receipt.dataset.tone = tone;
  fill(parts.receipt, `${tone}${text}`, () => h("span", {}, icon(name), h("span", {}, text)));
}

function paintNotices() {
  const shown = [...state.notices];
  if (state.blocked) {
    const words = state.blocked.signedOut ? t("You were signed out after a pause. What was tapped is kept on this tablet.") : state.blocked.message || t("The server did not accept this ({code}).", { code: "–" });
    shown.unshift({ tone: "red", text: words, key: "blocked", acts: state.blocked.signedOut, stays: true });
  }
  const others = state.rows.filter((row) => !goes(row));
  for (const name of new Set(others.map((row) => row.name ?? "–"))) {
    const n = others.filter((row) => (row.name ?? "–") === name).length;
    const words = tn("{n} entry by {name} waits on this tablet. It is sent when {name} signs in here again.", "{n} entries by {name} wait on this tablet. They are sent when {name} signs in here again.", n, { name });
    shown.push({ tone: "yellow", text: words, key: "others", stays: true });
  }
  fill(parts.notices, shown.map((one) => one.key + one.text).join("|"), () => shown.map((one) =>
    h("div", { class: "notice", "data-tone": one.tone }, icon(one.tone === "blue" ? "info" : "warning"),
      h("div", {}, h("p", {}, one.text), one.acts ? h("div", { class: "acts" }, h("a", { class: "button primary", href: data.signin }, t("Sign in"))) : null),
      one.stays ? null : h("button", { type: "button", class: "round", "aria-label": t("Close"), onclick: () => { state.notices = state.notices.filter((other) => other.key !== one.key); paint(); } }, icon("close")))));
}

function paintTabs(face) {
  const stamped = face.milestones.filter((one) => one.at).length;
  const expected = face.people.filter((one) => one.expected).length;
  const there = face.people.filter((one) => one.present).length;
  const words = { clock: t("Stopwatch {n}/{all}", { n: stamped, all: face.milestones.length }), people: t("Sign-in {n}/{all}", { n: there, all: Math.max(expected, there) }) };
  for (const name of ["clock", "people"]) {
    const button = parts[`tab-${name}`];
    const chosen = state.tab === name;
    button.setAttribute("aria-selected", String(chosen));
    fill(button, words[name], () => [icon(name === "clock" ? "clock" : "person"), document.createTextNode(words[name])]);
  }
  parts.clock.hidden = state.tab !== "clock";
  parts.peoplePanel.hidden = state.tab !== "people";
}

function paintWatch(face) {
  const end = face.ended_at ?? serverNow();
  parts.elapsed.textContent = face.started_at ? span(end - face.started_at) : "00:00";
  parts.elapsed.dataset.state = !face.started_at ? "idle" : face.ended_at ? "stopped" : "running";
  const words = !face.started_at ? t("Not started")
    : face.ended_at ? t("Started {start}, stopped {end}", { start: clockText(face.started_at), end: clockText(face.ended_at) })
    : t("Started {start}", { start: clockText(face.started_at) });
  if (parts.about.textContent !== words) parts.about.textContent = words;
}

/** The first one that is not stamped yet: the one next step. */
const nextOf = (face) => (isRunning(face) && !face.ended_at ? face.milestones.find((one) => !one.at) : null);

function paintMilestones(face) {
  const next = nextOf(face);
  if (nodes.milestones.size !== face.milestones.length || face.milestones.some((one) => !nodes.milestones.has(one.id))) {
    nodes.milestones = new Map(face.milestones.map((one) => [one.id, h("li", { class: "moment" })]));
    parts.milestones.replaceChildren(...nodes.milestones.values());
  }
  for (const one of face.milestones) paintMilestone(nodes.milestones.get(one.id), one, face, one === next);
}

function paintMilestone(node, one, face, isNext) {
  const running = isRunning(face) && !face.ended_at && mayTap();
  const canUndo = one.at && isRunning(face) && mayTap() && serverNow() - one.at < UNDO_MS;
  const key = [one.name, one.target, one.at, one.by, one.waits, running, isNext, canUndo, Boolean(face.started_at)].join("|");
  node.classList.toggle("next", Boolean(isNext));
  node.classList.toggle("stamped", Boolean(one.at));
  fill(node, key, () => [
    h("div", { class: "words" }, h("h3", {}, one.name),
      h("p", { class: "hint" }, one.target ? t("Target {time}", { time: said(one.target) }) : t("No target"))),
    one.at ? stampOf(one, face, canUndo) : running ? stampButton(one, isNext) : h("p", { class: "muted none" }, face.started_at ? t("Not stamped") : "–"),
  ]);
}

function stampButton(one, isNext) {
  return h("button", { type: "button", class: isNext ? "stamp primary" : "stamp", onclick: () => tap("stamp", { milestone_id: one.id }), "aria-label": t("Stamp: {what}", { what: one.name }) }, icon("clock"), t("Stamp"));
}

function stampOf(one, face, canUndo) {
  const seconds = (one.at - face.started_at) / 1000;
  const over = one.target ? Math.round(seconds) - one.target : 0;
  const badge = !one.target ? null
    : over > 0 ? h("span", { class: "badge", "data-tone": "orange" }, icon("late"), t("{time} over", { time: said(over) }))
    : h("span", { class: "badge", "data-tone": "green" }, icon("done"), t("Within target"));
  return h("div", { class: "taken" },
    h("div", { class: "figures" }, h("strong", {}, span(one.at - face.started_at)), badge,
      h("span", { class: "hint" }, one.waits ? t("kept on this tablet") : t("{time} by {name}", { time: clockText(one.at), name: one.by }))),
    canUndo ? h("button", { type: "button", class: "undo", "aria-label": t("Take back: {what}", { what: one.name }), onclick: () => tap("undo", { milestone_id: one.id, of: one.key }) }, icon("undo"), t("Take back")) : null);
}

function paintPeople(face) {
  const groups = { all: face.people, open: face.people.filter((one) => one.present === null), here: face.people.filter((one) => one.present === true) };
  const names = { all: t("All {n}", { n: groups.all.length }), open: t("Not signed in: {n}", { n: groups.open.length }), here: t("Present {n}", { n: groups.here.length }) };
  fill(parts.show, JSON.stringify(names) + state.show, () => Object.entries(names).map(([name, words]) =>
    h("button", { type: "button", "aria-pressed": String(state.show === name), onclick: () => { state.show = name; paint(); } }, words)));
  const fits = (one) => !state.search || `${one.name} ${one.place}`.toLowerCase().includes(state.search);
  const shown = groups[state.show].filter(fits).slice(0, MOST_SHOWN); // more than that is found by its name
  const wanted = new Map(shown.map((one) => [one.id, nodes.people.get(one.id) ?? h("li", { class: "person" })]));
  const order = [...wanted.keys()].join();
  if (parts.people.dataset.order !== order) {
    parts.people.dataset.order = order;
    parts.people.replaceChildren(...wanted.values());
  }
  nodes.people = wanted;
  for (const one of shown) paintPerson(wanted.get(one.id), one);
  paintStrangers(face, fits);
  parts.numbers.hidden = !mayTap();
  for (const name of ["visitors", "third_parties"])
    if (document.activeElement !== parts[name] && !waiting().some((row) => row.tap?.kind === "others")) parts[name].value = String(face[name]);
  if (!shown.length) fill(parts.people, `none${state.search}`, () => h("li", { class: "muted" }, t("Nobody here. Search for a name, or choose another view.")));
  else delete parts.people.dataset.key;
}

function paintPerson(node, one) {
  const asks = state.asks.has(one.id);
  fill(node, [one.name, one.place, one.present, one.how, one.reason, one.waits, asks, one.expected, mayTap()].join("|"), () => [
    h("div", { class: "words" }, h("h3", {}, one.name), h("p", { class: "hint" }, [one.place || t("Common areas"), one.expected ? "" : t("not on the roster today")].filter(Boolean).join(" · "))),
    h("div", { class: "acts" }, personState(one, asks), ...personButtons(one, asks)),
  ]);
}

function personState(one, asks) {
  if (asks) return h("span", { class: "badge", "data-tone": "orange" }, icon("warning"), t("Reason needed"));
  if (one.present === true) {
    const words = one.how === "signed" ? t("Signed in") : t("Present");
    return h("span", { class: "badge", "data-tone": "green" }, icon("done"), one.waits ? t("{state}, kept on this tablet", { state: words }) : words);
  }
  if (one.present === false) return h("span", { class: "badge", "data-tone": "grey" }, icon("absent"), one.reason ? t("Absent: {why}", { why: one.reason }) : t("Absent"));
  return null;
}

function personButtons(one, asks) {
  const sign = h("button", { type: "button", "aria-label": t("Sign in: {name}", { name: one.name }), onclick: () => signIn(one) }, icon("sign"), t("Sign"));
  const absent = h("button", { type: "button", class: "plain", "aria-label": t("Absent: {name}", { name: one.name }), onclick: () => sayAbsent(one) }, t("Absent"));
  if (!mayTap()) return [];
  if (asks) return [sign];
  if (one.present === true) return one.how === "signed" ? [] : [sign];
  return one.present === false ? [sign] : [sign, absent];
}

/** Who comes without being expected is found by name. */
function paintStrangers(face, fits) {
  const there = new Set(face.people.map((one) => one.id));
  const found = state.search && mayTap() ? data.colleagues.filter((one) => !there.has(one.id) && fits(one)).slice(0, 8) : [];
  fill(parts.strangers, found.map((one) => one.id).join(), () => found.length ? [h("h3", { class: "other" }, t("Others of the hall")),
    h("ul", { class: "stack" }, found.map((one) => h("li", { class: "person" },
      h("div", { class: "words" }, h("h3", {}, one.name), h("p", { class: "hint" }, one.place || t("Common areas"))),
      h("div", { class: "acts" }, h("button", { type: "button", onclick: () => signIn(one) }, icon("sign"), t("Sign"))))))] : []);
}

function paintFoot(face) {
  const next = nextOf(face);
  const over = !["planned", "under_way"].includes(face.status);
  const mode = !mayTap() && !over ? "refused" : !face.started_at ? "idle" : face.status === "planned" ? "idle" : !isRunning(face) ? "over" : face.ended_at ? "stopped" : next ? "running" : "complete";
  const photo = () => h("button", { type: "button", class: "big second", onclick: () => parts.camera.click() }, icon("camera"), t("Take a photo"));
  const builds = {
    idle: () => [h("button", { type: "button", class: "primary big", onclick: () => { state.tab = "clock"; tap("start"); } }, icon("play"), t("Start the drill"))],
    running: () => [photo(), h("button", { type: "button", class: "big", onclick: () => tap("stop") }, icon("stop"), t("Stop the clock"))],
    complete: () => [photo(), h("button", { type: "button", class: "primary big", onclick: () => tap("stop") }, icon("stop"), t("Stop the clock"))],
    stopped: () => [photo(), h("button", { type: "button", class: "big second", onclick: () => tap("go_on") }, icon("play"), t("Let the clock go on")), h("button", { type: "button", class: "primary big", onclick: () => askFinish(current()) }, icon("done"), t("Finish the drill"))],
    refused: () => [h("a", { class: "button big", href: data.back }, icon("back"), t("Back to the drill"))],
    over: () => [h("a", { class: "button primary big", href: data.back }, icon("done"), t("The drill is finished: to its record"))],
  };
  fill(parts.foot, mode, builds[mode]);
}

// ------------------------------------------------------------------ beginning

async function begin() {
  await store.open();
  state.rows = await store.rows();
  build();
  paint();
  await reopen();
  send();
  setInterval(() => paint(), 250);
  setInterval(look, LOOK_MS);
  addEventListener("online", () => { state.trouble = false; send(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { time.best = Infinity; look(); send(); } });
  addEventListener("beforeunload", (event) => { if (store.volatile && state.rows.length) event.preventDefault(); });
}

begin();
