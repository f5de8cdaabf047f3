/**
 * The patrol sheet. What is tapped is painted at once, kept on the tablet (IndexedDB) before
 * anything else happens, and sent by itself, strictly in order, one request at a time per run.
 *
 * Only what plain HTTP in a hall's own network offers is used: no service worker, no
 * crypto.randomUUID, no crypto.subtle, no mediaDevices. `Lease` comes with it (see `ui/assets.py`).
 */

const data = JSON.parse(document.getElementById("sheet").textContent);
const INSPECTING = data.kind === "inspection"; // one thing, its items in groups
const SCORED = Boolean(data.scored); // each item by itself, from 0 to 5 points
const CHINESE = String(data.language).startsWith("zh");
const LIMIT = 25 * 1024 * 1024;
const LONG_SIDE = 1600;
const LEVELS = ["urgent", "serious", "moderate", "minor"];
const ANSWERS = [
  { value: "P", icon: "pass", label: () => t("OK") },
  { value: "F", icon: "fail", label: () => t("Problem") },
  { value: "N", icon: "none", label: () => t("N/A") },
];
const FULL_MARK = 5;
const SCORES = ["0", "1", "2", "3", "4", "5"].map((value) => ({ value, label: () => tn("{n} point", "{n} points", Number(value)) }));

// ------------------------------------------------------------------ answers

const isScored = (item) => item?.answer === "score";

/** What an item can be answered with, each with the key that says it. */
function answersOf(item) {
  if (!isScored(item)) return ANSWERS.map((one, n) => ({ ...one, key: String(n + 1) }));
  return [...SCORES.map((one) => ({ ...one, key: one.value })), { ...ANSWERS[2], key: "n" }];
}

const answerOf = (value) => [...ANSWERS, ...SCORES].find((one) => one.value === value);

/** Whether points are so few that they are a problem. */
const isLow = (item, value) => isScored(item) && item.fails_at !== null && value >= "0" && value <= String(item.fails_at);

// ------------------------------------------------------------------ words, elements, clock

/** The translated message, its named places filled. */
function t(id, places = {}) {
  const found = data.strings?.[id] ?? id;
  return found.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/** `one` or `many`; Chinese has one form, kept under `many`. */
function tn(one, many, n, places = {}) {
  return t(!CHINESE && n === 1 ? one : many, { n, ...places });
}

const listed = (words) => words.join(CHINESE ? "、" : ", ");

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

/** A version 7 UUID; the browser's own is missing without HTTPS. */
function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const SKEW = Date.parse(data.now) - Date.now();
const serverNow = () => Date.now() + SKEW;
const clockText = (iso) =>
  new Intl.DateTimeFormat(CHINESE ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: data.timezone }).format(new Date(iso));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function remembered(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing still works, it only forgets the preference.
  }
  return null;
}

// ------------------------------------------------------------------ requests

/**
 * One request. Never throws: `status` is 0 when no answer of ours came back (network, time-out,
 * a portal's HTML page), 401 when a sign-in page came instead.
 */
function request(method, url, { headers = {}, json, body, timeout = 12000, progress } = {}) {
  return new Promise((resolve) => {
    const call = new XMLHttpRequest();
    const finish = (status, answer) => resolve({ status, data: answer ?? {} });
    call.open(method, url);
    call.timeout = timeout;
    call.setRequestHeader("Accept", "application/json");
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    if (json !== undefined) call.setRequestHeader("Content-Type", "application/json");
    if (progress) call.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    call.onerror = call.ontimeout = call.onabort = () => finish(0);
    call.onload = () => {
      let answer = null;
      try {
        answer = call.status === 204 ? {} : JSON.parse(call.responseText);
      } catch {
        answer = null;
      }
      if (answer !== null && typeof answer === "object") finish(call.status, answer);
      else if (call.responseURL && !call.responseURL.includes("/api/")) finish(401);
      else finish(call.status >= 400 ? call.status : 0);
    };
    call.send(json !== undefined ? JSON.stringify(json) : (body ?? null));
  });
}

const asSession = (options = {}) => ({ ...options, headers: { ...options.headers, "X-CSRF-Token": data.csrf } });
const comesLater = (status) => status === 0 || status >= 500 || status === 408 || status === 425 || status === 429;

// ------------------------------------------------------------------ the store on the tablet

const asked = (req) =>
  new Promise((resolve, reject) => {
    req.onsuccess = () => resolve(req.result);
    req.onerror = () => reject(req.error);
  });

class DiskTable {
  constructor(table) {
    this.table = table;
  }
  get(key) { return asked(this.table.get(key)); }
  all() { return asked(this.table.getAll()); }
  put(row) { return asked(this.table.put(row)); }
  delete(key) { return asked(this.table.delete(key)); }
}

class MemoryTable {
  constructor(key) {
    this.key = key;
    this.rows = new Map();
    this.next = 1;
  }
  get(key) { return this.rows.get(key); }
  all() { return Array.from(this.rows.values(), (row) => ({ ...row })).sort((a, b) => (a[this.key] > b[this.key] ? 1 : -1)); }
  put(row) {
    const key = row[this.key] ?? this.next++;
    this.rows.set(key, { ...row, [this.key]: key });
    return key;
  }
  delete(key) { this.rows.delete(key); }
}

const TABLES = { walks: "key", queue: "n", pictures: "key", drafts: "id" };

/**
 * What is not yet at the server: `walks` (token and next number), `queue` (entries and photos in
 * order), `pictures` (their bytes), `drafts` (words still being typed). Rows that the disk refuses
 * are kept in memory, and `volatile` says so.
 */
class Store {
  static async open() {
    const store = new Store();
    store.memory = Object.fromEntries(Object.entries(TABLES).map(([name, key]) => [name, new MemoryTable(key)]));
    store.volatile = false;
    store.gone = new Set(); // rows that a broken disk would not let go
    store.patches = new Map();
    try {
      store.db = await Promise.race([
        store.#openDisk(),
        wait(4000).then(() => { throw new Error("the store did not open"); }),
      ]);
      store.db.onversionchange = () => store.db.close();
    } catch {
      store.db = null;
      store.volatile = true;
    }
    return store;
  }

  #openDisk() {
    const opening = indexedDB.open("patrol-sheet", 1);
    opening.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(TABLES))
        opening.result.createObjectStore(name, { keyPath, autoIncrement: name === "queue" });
    };
    return asked(opening);
  }

  /** Run `work(tables)` in one transaction that is on disk when this resolves. */
  async #disk(mode, work) {
    const tx = this.db.transaction(Object.keys(TABLES), mode, { durability: mode === "readwrite" ? "strict" : "relaxed" });
    const ended = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = tx.onerror = () => reject(tx.error ?? new Error("aborted"));
    });
    ended.catch(() => {});
    const tables = Object.fromEntries(Object.keys(TABLES).map((name) => [name, new DiskTable(tx.objectStore(name))]));
    const result = await work(tables);
    await ended;
    return result;
  }

  async #read(work) {
    return this.db ? this.#disk("readonly", work) : work(this.memory);
  }

  /** A change on disk; a full or broken disk falls back to memory and says so. */
  async #write(work, otherwise = () => work(this.memory)) {
    if (!this.db) return work(this.memory);
    try {
      return await this.#disk("readwrite", work);
    } catch {
      this.volatile = true;
      return otherwise();
    }
  }

  /** A change of a waiting row, wherever it lies. */
  #row(row, work, otherwise) {
    return row.inMemory ? work(this.memory) : this.#write(work, otherwise);
  }

  async walk(key) {
    return (await this.#read((tables) => tables.walks.get(key))) ?? (await this.memory.walks.get(key)) ?? null;
  }

  async walks() {
    const rows = this.db ? await this.#read((tables) => tables.walks.all()) : [];
    return rows.concat(this.memory.walks.all());
  }

  saveWalk(walk) {
    return this.#write((tables) => tables.walks.put({ ...walk }));
  }

  dropWalk(key) {
    return this.#write((tables) => tables.walks.delete(key));
  }

  /** Everything of a walk that waits, in order: what the disk holds, then what memory holds. */
  async waiting(key) {
    const rows = this.db ? await this.#read((tables) => tables.queue.all()) : [];
    const onDisk = rows.filter((row) => !this.gone.has(row.n)).map((row) => ({ ...row, ...this.patches.get(row.n) }));
    const spilt = this.memory.queue.all().map((row) => ({ ...row, inMemory: true }));
    return onDisk.concat(spilt).filter((row) => row.walk === key);
  }

  /** Put an entry or a photo at the end of the queue; held photos of the same finding follow it. */
  async add(row, { picture = null, draft = null, release = null } = {}) {
    const spilt = this.memory.queue.rows.size > 0;
    let stored = picture;
    const work = async (tables) => {
      if (stored) await tables.pictures.put({ key: row.client_key, bytes: stored });
      const n = await tables.queue.put(row);
      if (draft) await tables.drafts.delete(draft);
      if (release) {
        for (const held of (await tables.queue.all()).filter((other) => other.held && other.key === release && other.walk === row.walk)) {
          await tables.queue.delete(held.n);
          const { n: _old, held: _flag, ...photo } = held;
          await tables.queue.put(photo);
        }
      }
      return n;
    };
    if (this.db && !spilt) {
      try {
        return await this.#disk("readwrite", work);
      } catch {
        // Some browsers refuse a Blob here but take its bytes.
        if (picture instanceof Blob) stored = await picture.arrayBuffer();
      }
    }
    return spilt ? work(this.memory) : this.#write(work);
  }

  async picture(key) {
    const row = (await this.#read((tables) => tables.pictures.get(key))) ?? (await this.memory.pictures.get(key));
    if (!row) return null;
    return row.bytes instanceof Blob ? row.bytes : new Blob([row.bytes], { type: "image/jpeg" });
  }

  /**
   * Give the row its number in the run token's sequence before it is sent for the first time. A
   * row that has one keeps it: after a crash between sending and receipt the server knows it again.
   */
  reserve(row, walk) {
    if (row.seq) return row;
    const number = { seq: walk.next_seq, token: walk.token, run_id: walk.run_id };
    walk.next_seq += 1;
    return this.#renumber(row, walk, number);
  }

  /** The server expects another number: the row takes it, later ones follow. */
  resync(row, walk, expected) {
    walk.next_seq = expected + 1;
    return this.#renumber(row, walk, { seq: expected, resyncs: (row.resyncs ?? 0) + 1 });
  }

  async #renumber(row, walk, number) {
    const numbered = { ...row, ...number };
    const work = async (tables) => {
      await tables.queue.put(numbered);
      await tables.walks.put({ ...walk });
    };
    await this.#row(row, work, () => this.#patch(row, number));
    return numbered;
  }

  #patch(row, fields) {
    this.patches.set(row.n, { ...this.patches.get(row.n), ...fields });
  }

  change(row, fields) {
    return this.#row(row, (tables) => tables.queue.put({ ...row, ...fields }), () => this.#patch(row, fields));
  }

  /** The server has it (or the person took it back). */
  remove(row) {
    const work = async (tables) => {
      await tables.queue.delete(row.n);
      if (row.kind === "photo") await tables.pictures.delete(row.client_key);
    };
    return this.#row(row, work, () => this.gone.add(row.n));
  }

  draft(id, fields) {
    return this.#write((tables) => (fields ? tables.drafts.put({ ...fields, id }) : tables.drafts.delete(id)));
  }

  async drafts(walk) {
    const rows = this.db ? await this.#read((tables) => tables.drafts.all()) : [];
    return rows.concat(this.memory.drafts.all()).filter((row) => row.walk === walk);
  }
}

// ------------------------------------------------------------------ sending

/** Brings the queue of one walk to the server: in order, one at a time, each once. */
class Courier {
  constructor(store, walk, lease, hooks) {
    Object.assign(this, { store, walk, lease, hooks });
    this.failures = 0;
    this.trouble = null;
    this.wantsState = false;
    this.blocked = null;
    this.busy = false;
    this.sending = null;
  }

  /** Send what waits; called after every change, on focus, when the network is back. */
  async kick() {
    clearTimeout(this.timer);
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        await this.#drain();
      } while (this.again && !this.trouble);
    } finally {
      this.busy = false;
      this.sending = null;
      this.hooks.changed();
    }
  }

  async #drain() {
    while (this.lease.held && !this.blocked) {
      const row = (await this.store.waiting(this.walk.key)).find((one) => !one.refused && !one.held);
      if (!row && !this.wantsState) return;
      const wantsOpening = row ? !row.token && !this.walk.token : true;
      const went = wantsOpening ? await this.#open() : await this.#send(await this.store.reserve(row, this.walk));
      if (!went) return;
    }
  }

  #later(answer) {
    this.failures += 1;
    this.trouble = { network: answer.status === 0, message: answer.data.message ?? "" };
    const delay = Math.min(20000, 600 * 2 ** this.failures) * (0.6 + 0.4 * Math.random());
    this.timer = setTimeout(() => this.kick(), delay);
    this.hooks.changed();
    return false;
  }

  #worked() {
    this.failures = 0;
    this.trouble = null;
  }

  /** Ask for leave to add to the run, or take it up again with the token held. */
  async #open() {
    if (!this.hooks.opens) return false;
    const held = this.walk.lost ? null : this.walk.token;
    const wanted = this.walk.open ?? { task_id: this.walk.task_id };
    const answer = await request("POST", "/api/runs", asSession({ json: { ...wanted, held_token: held } }));
    if (comesLater(answer.status)) return this.#later(answer);
    this.#worked();
    if (answer.status >= 400 || !answer.data.token) {
      this.blocked = { status: answer.status, message: answer.data.message ?? "" };
      this.hooks.notOpened(answer);
      return false;
    }
    const same = answer.data.token === held;
    this.wantsState = false;
    const last = Number(answer.data.last_seq) || 0;
    Object.assign(this.walk, { run_id: answer.data.run_id, token: answer.data.token, lost: false, at: Date.now() });
    this.walk.acked = last;
    this.walk.next_seq = same ? Math.max(last + 1, this.walk.next_seq) : last + 1;
    await this.store.saveWalk(this.walk);
    await this.hooks.opened(answer.data);
    return true;
  }

  async #send(row) {
    this.sending = row;
    this.hooks.sending(row);
    const answer = row.kind === "photo" ? await this.#photo(row) : await this.#entry(row);
    if (answer.status === 409 && Number.isInteger(answer.data.expected) && (row.resyncs ?? 0) < 3) {
      await this.store.resync(row, this.walk, answer.data.expected);
      return true;
    }
    if (comesLater(answer.status)) return this.#later(answer);
    this.#worked();
    if (KEPT_BESIDE.has(answer.data.code)) {
      await this.store.remove(row);
      this.hooks.kept(answer.data);
      return true;
    }
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) {
      this.blocked = { status: answer.status, message: answer.data.message ?? "" };
      this.hooks.blocked(this.blocked);
      return false;
    }
    if (answer.status >= 400) {
      const message = answer.data.message || t("The server did not accept this ({code}).", { code: answer.status });
      await this.store.change(row, { refused: message, code: answer.data.code ?? "" });
      await this.hooks.refused(row, message);
      return true;
    }
    if (answer.data.beside && answer.data.by_name && !this.walk.lost) {
      this.walk.lost = true;
      await this.store.saveWalk(this.walk);
    }
    if (row.token === this.walk.token) this.walk.acked = row.seq;
    await this.store.remove(row);
    await this.hooks.receipt(row, answer.data);
    return true;
  }

  #entry(row) {
    const json = { ...row.body, seq: row.seq, client_at: row.client_at };
    return request("POST", `/api/runs/${row.run_id}/entries`, { headers: { "X-Run-Token": row.token }, json });
  }

  async #photo(row) {
    const picture = await this.store.picture(row.client_key);
    if (!picture) return { status: 422, data: { message: t("This photo is no longer on the tablet. Please take it again.") } };
    const about = row.item_id === null ? `entry_key=${encodeURIComponent(row.key)}` : `item_id=${row.item_id}`;
    const query = `seq=${row.seq}&${about}&client_key=${row.client_key}&client_at=${encodeURIComponent(row.client_at)}`;
    return request("POST", `/api/runs/${row.run_id}/photos?${query}`, {
      headers: { "X-Run-Token": row.token, "Content-Type": picture.type || "application/octet-stream" },
      body: picture,
      timeout: 30000 + picture.size / 20,
      progress: (part) => this.hooks.progress(row, part),
    });
  }
}

// ------------------------------------------------------------------ photos

let darkroom = Promise.resolve();

/** Pictures are shrunk one after the other: a tablet has little memory. */
function develop(work) {
  const done = darkroom.then(work, work);
  darkroom = done.catch(() => {});
  return done;
}

/** The picture, at most 1600 px long; what the browser cannot read goes as it is. */
async function shrink(file) {
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
    if (scale === 1 && file.type === "image/jpeg" && file.size < 600000) return file;
    const canvas = h("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    canvas.width = 0;
    return small && small.size < file.size ? small : file;
  } catch {
    return file;
  } finally {
    bitmap?.close();
  }
}

/** A canvas of the picture (no blob: address, which a strict policy forbids), or null. */
async function drawn(blob, longSide) {
  try {
    const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
    const scale = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height));
    const canvas = h("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return canvas;
  } catch {
    return null;
  }
}

// ------------------------------------------------------------------ dialogs

/** A modal dialog: the browser traps and returns the focus, Esc closes. */
function dialog(className, title, build, { closable = true, closed = () => {} } = {}) {
  const id = `d-${uuid7()}`;
  const heading = h("h2", { id }, title);
  const box = h("dialog", { class: className, "aria-labelledby": id });
  const close = () => box.close();
  const header = closable
    ? h("header", {}, heading, h("button", { type: "button", class: "round", "aria-label": t("Close"), onclick: close }, icon("close")))
    : h("header", {}, heading);
  const body = h("div", { class: "sheet", tabindex: "-1", autofocus: !closable }, header);
  box.append(body);
  build(body, close, heading);
  box.addEventListener("cancel", (event) => !closable && event.preventDefault());
  box.addEventListener("close", () => {
    box.remove();
    closed();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** A question before what cannot be undone; the button repeats the verb. */
function confirmed(title, text, verb) {
  return new Promise((resolve) => {
    let said = false;
    dialog("narrow-dialog", title, (body, close) => {
      const act = h("button", { type: "button", class: "danger big", onclick: () => { said = true; close(); } }, icon("delete"), verb);
      body.append(h("p", {}, text), h("div", { class: "ends" }, h("button", { type: "button", onclick: close }, t("Cancel")), span("", "grow"), act));
    }, { closed: () => resolve(said) });
  });
}

// ------------------------------------------------------------------ one part of the patrol

const EMPTY = () => ({ value: "", reason: "", number: "", note: "", disposal: "", level: "", level_reason: "", category: "", what: "", photos: [], hazard: "", refused: "" });
const OPEN = new Set(["open", "late"]);
const KEPT_BESIDE = new Set(["RunSubmitted", "RunTokenExpired"]); // refused, but the server keeps it
const DONE = new Set(["done", "done_late"]);

/** What is known of one part: its items, the answers as tapped, how far they got. */
class Part {
  constructor(tab) {
    this.tab = tab;
    this.key = `${tab.task_id}:${data.actor.id}`;
    this.states = new Map(tab.items.map((item) => [String(item.id), EMPTY()]));
    this.extras = [];
    this.saved = tab.run ? tab.answered : 0;
    this.mode = "view";
    this.pending = 0;
    this.refusals = 0;
    this.asked = new Set();
    this.opened = new Set(); // groups in which something is wrong
    this.shown = false;
    this.started = false;
    this.done = null;
  }

  get editable() {
    return this.mode === "walk";
  }

  get items() {
    return this.tab.items;
  }

  item(key) {
    return this.items.find((item) => String(item.id) === key) ?? null;
  }

  state(key) {
    return this.states.get(key);
  }

  keys() {
    return [...this.items.map((item) => String(item.id)), ...this.extras];
  }

  answered() {
    return this.items.filter((item) => this.state(String(item.id)).value).length;
  }

  unanswered() {
    return this.items.filter((item) => !this.state(String(item.id)).value).length;
  }

  /** Whether something is to be done about it: it failed, or has too few points. */
  isWrong(key) {
    const { value } = this.state(key);
    return value === "F" || isLow(this.item(key), value);
  }

  /** What is wrong and is not put right on the spot. */
  wrong() {
    return this.keys().filter((key) => this.isWrong(key) && this.state(key).disposal !== "spot");
  }

  /** The points given so far, and how many there could be. */
  points() {
    const given = this.items.map((item) => this.state(String(item.id)).value).filter((value) => value >= "0" && value <= "5");
    return { sum: given.reduce((all, value) => all + Number(value), 0), of: given.length * FULL_MARK, n: given.length };
  }

  /** The names of groups with the keys of their items. */
  groups() {
    const found = new Map();
    for (const item of this.items) if (item.group) found.set(item.group, [...(found.get(item.group) ?? []), String(item.id)]);
    return found;
  }

  groupsLeft() {
    return [...this.groups().values()].filter((keys) => keys.some((key) => !this.state(key).value)).length;
  }

  incomplete() {
    return this.keys().filter((key) => this.missing(key));
  }

  lowered(key) {
    const item = this.item(key);
    const state = this.state(key);
    return Boolean(item?.level && state.level && LEVELS.indexOf(state.level) > LEVELS.indexOf(item.level));
  }

  /** What this finding still lacks, as a sentence, or "". */
  missing(key) {
    const state = this.state(key);
    const photo = state.photos.find((one) => one.state === "refused");
    if (state.refused) return state.refused;
    const unit = this.item(key)?.unit;
    if (unit && state.value !== "N" && state.value !== "F" && readNumber(state.number) === null) return t("Enter the number in {unit}.", { unit });
    if (!state.value) return t("Not answered yet.");
    if (state.value === "N" && !state.reason) return t("Choose why it does not apply.");
    if (!this.isWrong(key)) return "";
    if (photo) return t("A photo was not accepted. Take it again or remove it.");
    return this.item(key) ? this.#missingOfFail(key, state) : this.#missingOfExtra(state);
  }

  #missingOfFail(key, state) {
    if (isScored(this.item(key))) return state.note.trim() ? "" : t("Write what was lacking.");
    if (!state.disposal) return t("Choose how it is handled.");
    if (state.disposal === "spot" && !state.note.trim() && !state.photos.length) return t("Corrected on the spot: add a photo or a few words.");
    if (state.disposal === "hazard" && !state.level) return t("Choose how urgent it is.");
    if (state.disposal === "hazard" && this.lowered(key) && !state.level_reason.trim()) return t("Say why the level is lower than preset.");
    return "";
  }

  #missingOfExtra(state) {
    if (!state.what.trim()) return t("Write what the hazard is.");
    if (!state.category) return t("Choose what kind of hazard it is.");
    if (!state.level) return t("Choose how urgent it is.");
    return "";
  }

  /** The complete state of a finding, as the server takes it. */
  body(key) {
    const state = this.state(key);
    const item = this.item(key);
    const body = { item_id: item ? item.id : null, value: state.value || "." };
    if (!item) body.client_key = key;
    if (state.value === "N") body.reason = state.reason || null;
    if (item?.unit && readNumber(state.number) !== null && state.value !== "N") body.number = readNumber(state.number);
    if (!this.isWrong(key)) return body;
    Object.assign(body, { note: state.note.trim(), disposal: state.disposal || null });
    if (state.disposal !== "hazard") return body;
    body.level = state.level || null;
    body.level_reason = this.lowered(key) ? state.level_reason.trim() : "";
    if (!item) Object.assign(body, { what: state.what.trim(), category: state.category });
    return body;
  }

  addExtra(key) {
    if (!this.extras.includes(key)) {
      this.states.set(key, { ...EMPTY(), value: "F", disposal: "hazard" });
      this.extras.push(key);
    }
    return this.state(key);
  }

  dropExtra(key) {
    this.extras = this.extras.filter((other) => other !== key);
    this.states.delete(key);
  }

  /** Take what the server holds; what still waits on the tablet is laid over it afterwards. */
  adopt(answers, findings = []) {
    this.items.forEach((item, place) => {
      const known = typeof answers === "string" ? answers[item.position ?? place] ?? answers[place] : answers?.[item.code] ?? answers?.[item.id];
      const photos = this.state(String(item.id)).photos.filter((photo) => photo.state !== "sent");
      this.states.set(String(item.id), { ...EMPTY(), value: known && known !== "." ? known : "", photos });
    });
    for (const found of findings) {
      const key = found.item_id === null || found.item_id === undefined ? found.client_key : String(found.item_id);
      const state = this.item(key) ? this.state(key) : this.addExtra(key);
      if (!state) continue;
      const held = state.photos.filter((photo) => photo.state !== "sent");
      Object.assign(state, {
        value: found.value || state.value,
        reason: found.reason ?? "", number: found.number === null || found.number === undefined ? "" : String(found.number), note: found.note ?? "", disposal: found.disposal ?? (this.item(key) ? "" : "hazard"),
        level: found.level ?? "", level_reason: found.level_reason ?? "",
        category: found.category ?? "", what: found.what ?? "", hazard: found.hazard_number ?? "",
        photos: [...(found.photos ?? []).map((photo) => ({ ...photo, state: "sent" })), ...held.filter((one) => !(found.photos ?? []).some((photo) => photo.client_key === one.client_key))],
      });
    }
  }

  /** Lay a waiting row over what the server holds. */
  overlay(row) {
    const key = row.key;
    if (row.kind === "photo") {
      const state = this.item(key) ? this.state(key) : this.addExtra(key);
      const known = state.photos.find((photo) => photo.client_key === row.client_key);
      const photo = known ?? { client_key: row.client_key };
      Object.assign(photo, { state: row.refused ? "refused" : "waiting", message: row.refused ?? "" });
      if (!known) state.photos.push(photo);
      return;
    }
    const body = row.body;
    if (!this.item(key) && body.value === ".") {
      this.dropExtra(key);
      return;
    }
    const state = this.item(key) ? this.state(key) : this.addExtra(key);
    Object.assign(state, {
      value: body.value === "." ? "" : body.value,
      reason: body.reason ?? "", number: body.number === undefined ? "" : String(body.number), note: body.note ?? "", disposal: body.disposal ?? "", level: body.level ?? state.level,
      level_reason: body.level_reason ?? "", category: body.category ?? state.category, what: body.what ?? state.what,
      refused: row.refused ?? "",
    });
  }
}

// ------------------------------------------------------------------ the page

const app = {
  store: null, parts: [], active: null, couriers: new Map(), leases: [], cards: new Map(), groups: new Map(),
  left: remembered("patrol-left") === "1", elsewhere: false, locked: false, moved: Date.now(), ui: {},
};

const courierOf = (part) => app.couriers.get(part.key);
const cardOf = (part, key) => (part === app.active ? app.cards.get(key) : null);
const levelLabel = (value) => data.levels.find((level) => level.value === value)?.label ?? value;
const labelOf = (list, value) => list.find((one) => one.value === value)?.label ?? value;
const instant = () => (calm.matches ? "auto" : "smooth");

// ---- changes

/** Put the complete state of a finding into the queue; the server's receipt follows by itself. */
function commit(part, key) {
  const state = part.state(key);
  if (!state || !part.editable) return;
  part.touched.add(key);
  state.refused = "";
  const draft = `${part.key}:${key}`;
  if (!part.item(key) && part.missing(key) && state.value === "F" && !part.sent.has(key)) {
    keep(part, () => app.store.draft(draft, { walk: part.key, key, state: plain(state) }));
    return;
  }
  const body = part.body(key);
  const text = JSON.stringify(body);
  if (part.last.get(key) === text) return;
  part.last.set(key, text);
  part.sent.add(key);
  const row = { walk: part.key, kind: "entry", key, item_id: body.item_id, body, client_at: new Date().toISOString() };
  keep(part, async () => {
    for (const old of (await app.store.waiting(part.key)).filter((one) => one.refused && one.kind === "entry" && one.key === key)) await app.store.remove(old);
    await app.store.add(row, { draft, release: part.item(key) ? null : key });
  });
}

const plain = (state) => ({ ...state, photos: [] });

/** One write after the other; leaving the page asks only while one is not yet on the tablet. */
function keep(part, work) {
  part.writing += 1;
  part.writes = part.writes.then(work).catch((error) => console.error(error)).finally(() => {
    part.writing -= 1;
    recount(part);
    courierOf(part)?.kick();
  });
  return part.writes;
}

async function recount(part) {
  const rows = await app.store.waiting(part.key);
  const waiting = rows.filter((row) => !row.refused);
  part.refusals = rows.length - waiting.length;
  part.pending = new Set(waiting.map((row) => (row.kind === "photo" ? row.client_key : row.key))).size;
  part.pendingPhotos = waiting.filter((row) => row.kind === "photo").length;
  if (part.pending === 0) part.since = 0;
  else if (!part.since) {
    part.since = Date.now();
    setTimeout(() => paintReceipt(), 450);
  }
  if (part === app.active) {
    paintReceipt();
    paintNotices();
  }
}

function answer(part, key, value, { advance = true } = {}) {
  if (!part.editable) return;
  const state = part.state(key);
  const item = part.item(key);
  if (state.value !== value && !state.hazard) {
    state.value = value;
    if (isLow(item, value)) state.disposal ||= item.open_hazard ? "sighting" : "hazard";
    if (value === "F") {
      state.level = state.level || item.level || "";
      if (item.auto === "scrap" && !state.disposal && !item.open_hazard) state.disposal = "scrap";
      const certain = item.auto === "hazard" || (item.auto !== "spot" && state.level !== "urgent");
      if (!state.disposal && certain && !item.open_hazard) state.disposal = "hazard";
    }
    part.asked.delete(key);
    commit(part, key);
  }
  setCurrent(part, key);
  repaint(part, key);
  if (value !== "F" && value !== "N" && !part.isWrong(key) && advance) bringNext(part, key);
}

function decide(part, key, fields) {
  if (!part.editable) return;
  if (part.state(key).hazard) return repaint(part, key); // changed on the hazard's own page
  Object.assign(part.state(key), fields);
  if (!part.missing(key)) part.asked.delete(key);
  commit(part, key);
  repaint(part, key);
  if (fields.reason) bringNext(part, key);
}

/** Words are kept after a moment's rest and sent when the field is left or rests longer. */
function typed(part, key, field, input) {
  const state = part.state(key);
  state[field] = input.value;
  clearTimeout(part.keepTimer);
  clearTimeout(part.sendTimer);
  part.typing = key;
  part.keepTimer = setTimeout(() => part.typing === key && keep(part, () => app.store.draft(`${part.key}:${key}`, { walk: part.key, key, state: plain(state) })), 600);
  part.sendTimer = setTimeout(() => finishTyping(part), 1500);
  if (part.asked.has(key) && !part.missing(key)) {
    part.asked.delete(key);
    cardOf(part, key)?.paint();
  }
  paintFoot();
}

function finishTyping(part) {
  clearTimeout(part.keepTimer);
  clearTimeout(part.sendTimer);
  const key = part.typing;
  part.typing = null;
  if (key && part.state(key)) {
    if (part.item(key)?.unit) judge(part, key);
    commit(part, key);
    cardOf(part, key)?.paint();
  }
}

function repaint(part, key) {
  cardOf(part, key)?.paint();
  if (part !== app.active) return;
  groupOf(part, key)?.paint();
  paintProgress();
  paintTabs();
  paintFoot();
  paintReceipt();
}

// ---- numbers

/** A typed number, whatever keyboard it came from; null where there is none. */
function readNumber(text) {
  const plainText = String(text).normalize("NFKC").trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plainText) ? Number(plainText) : null;
}

/** What the limits say of a number; without limits the person says it. */
function judge(part, key) {
  const item = part.item(key);
  const number = readNumber(part.state(key).number);
  if (number === null || (item.low === null && item.high === null)) return;
  const fits = (item.low === null || number >= item.low) && (item.high === null || number <= item.high);
  answer(part, key, fits ? "P" : "F", { advance: false });
  app.groups.get(item.group)?.paint();
}

function limitsText({ low, high, unit }) {
  if (low !== null && high !== null) return t("In order from {low} to {high} {unit}", { low, high, unit });
  if (low !== null) return t("In order from {low} {unit}", { low, unit });
  return high !== null ? t("In order up to {high} {unit}", { high, unit }) : t("Read from the scale or gauge");
}

/** The field of an item that is answered by a number. */
function numberField(part, key) {
  const item = part.item(key);
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", maxlength: "12", data: { field: "number" } });
  input.addEventListener("focus", () => setCurrent(part, key));
  input.addEventListener("input", () => typed(part, key, "number", input));
  input.addEventListener("blur", () => part.typing === key && finishTyping(part));
  const hint = span(limitsText(item), "muted");
  const box = h("label", { class: "field number" }, h("span", { class: "label" }, item.text, " ", hint), h("span", { class: "with-unit" }, input, span(item.unit, "unit")));
  box.paint = () => {
    if (document.activeElement !== input && input.value !== part.state(key).number) input.value = part.state(key).number;
    input.disabled = !part.editable;
  };
  return box;
}

// ---- photos of a finding

async function addFiles(part, key, files) {
  for (const file of files) {
    const state = part.state(key);
    part.touched.add(key);
    const photo = { client_key: uuid7(), state: "shrinking", part: 0 };
    state.photos.push(photo);
    if (file.size > LIMIT || file.size === 0) {
      photo.state = "refused";
      photo.message = file.size ? t("This picture is larger than 25 MB. Take it again with a lower resolution.") : t("This picture is empty. Take it again.");
      photo.local = true;
      repaint(part, key);
      continue;
    }
    repaint(part, key);
    part.writing += 1;
    develop(async () => {
      const small = await shrink(file);
      photo.canvas = await drawn(small, 336);
      photo.state = "waiting";
      const item = part.item(key);
      const held = !item && !part.sent.has(key);
      const row = { walk: part.key, kind: "photo", key, item_id: item ? item.id : null, client_key: photo.client_key, client_at: new Date().toISOString(), ...(held ? { held: true } : {}) };
      if (!part.state(key)?.photos.includes(photo)) return;
      await keep(part, () => app.store.add(row, { picture: small }));
    }).finally(() => {
      part.writing -= 1;
      part.asked.delete(key);
      repaint(part, key);
    });
  }
}

/** Take a photo back; false when the server has to be asked and cannot be reached. */
async function dropPhoto(part, key, photo) {
  const row = (await app.store.waiting(part.key)).find((one) => one.client_key === photo.client_key && one.kind === "photo");
  if (row && (!row.seq || row.refused)) await app.store.remove(row);
  else if (!photo.local) {
    if (row) await settled(part, 6000);
    const run = courierOf(part).walk.run_id;
    const gone = await request("DELETE", `/api/runs/${run}/photos/${photo.client_key}`, asSession());
    if (gone.status === 401) {
      needSession();
      return "";
    }
    if (gone.status === 0 || (gone.status >= 400 && gone.status !== 404)) return gone.data.message || t("The photo could not be removed: no connection. Try again later.");
    if (Number.isInteger(gone.data.saved)) part.saved = gone.data.saved;
  }
  const state = part.state(key);
  if (state) state.photos = state.photos.filter((one) => one !== photo);
  await recount(part);
  repaint(part, key);
  return null;
}

/** Wait until nothing is under way, at most `ms`. */
async function settled(part, ms) {
  const end = Date.now() + ms;
  for (;;) {
    await part.writes;
    await recount(part);
    if (part.pending === 0) return true;
    if (Date.now() > end) return false;
    courierOf(part)?.kick();
    await wait(150);
  }
}

function openPhoto(part, key, photo, opener) {
  const item = part.item(key);
  const alt = part.state(key).note || (item ? item.text : part.state(key).what);
  dialog("picture", item ? item.text : t("Other hazard"), (body, close) => {
    const frame = h("div", { class: "frame" });
    const words = h("p", { class: "wrong", hidden: photo.state !== "refused", role: "alert" }, icon("moderate"), h("span", {}, photo.message || ""));
    if (photo.url) frame.append(h("img", { src: photo.url, alt }));
    else app.store.picture(photo.client_key).then(async (blob) => {
      const canvas = blob ? await drawn(blob, 1400) : null;
      if (canvas) {
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", alt);
      }
      frame.append(canvas ?? icon("picture"));
    });
    const remove = async () => {
      const wrong = await dropPhoto(part, key, photo);
      if (wrong === null) close();
      else {
        words.hidden = !wrong;
        words.lastChild.textContent = wrong;
      }
    };
    const again = photo.state === "refused" ? h("button", { type: "button", class: "primary big", onclick: async () => { if ((await dropPhoto(part, key, photo)) === null) { close(); cardOf(part, key)?.file.click(); } } }, icon("camera"), t("Take it again")) : null;
    body.append(frame, words);
    if (part.editable) body.append(h("div", { class: "ends" }, h("button", { type: "button", class: "danger big", onclick: remove }, icon("delete"), t("Delete the photo")), again));
  }, { closed: () => opener.isConnected && opener.focus() });
}

// ---- cards

function choice(label, options, chosen, pick, className = "") {
  const group = h("div", { class: `options ${className}`, role: "group", "aria-label": label });
  for (const option of options) {
    group.append(h("button", { type: "button", "aria-pressed": String(option.value === chosen()), data: { value: option.value, ...(option.level ? { level: option.level } : {}) }, onclick: () => pick(option.value) }, option.icon ? icon(option.icon) : null, span(option.label)));
  }
  group.paint = () => group.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === chosen())));
  return group;
}

class Card {
  constructor(part, key) {
    this.part = part;
    this.key = key;
    this.item = part.item(key);
    this.id = `i-${part.tab.task_id}-${key}`;
    this.root = h("article", { class: "item", id: this.id, tabindex: "-1", "aria-labelledby": `${this.id}-t`, data: { key } });
    this.root.addEventListener("focusin", () => setCurrent(part, key));
    this.missing = h("p", { class: "wrong missing", id: `${this.id}-m`, hidden: true }, icon("moderate"), h("span", {}));
    this.more = h("div", { class: "more", hidden: true });
    this.root.append(this.item ? this.#ask() : this.#extraHead(), this.missing, this.more);
    this.paint();
  }

  get state() {
    return this.part.state(this.key);
  }

  #ask() {
    const { item } = this;
    const known = item.open_hazard;
    const { beside } = item;
    this.title = h("h3", { id: `${this.id}-t` }, item.text);
    const words = h("div", { class: "words" }, this.title,
      h("p", { class: "hint" }, [item.code, item.hint].filter(Boolean).join(" · ")),
      beside?.text ? h("p", { class: `verified ${beside.good ? "good" : "bad"}` }, icon(beside.good ? "done" : "serious"), span(beside.text)) : null,
      known ? h("p", { class: "known" }, icon("clock"), h("span", {}, t("Open hazard {number}: {what}", { number: known.number, what: known.what }), known.days_left_text ? ` · ${known.days_left_text}` : "")) : null);
    this.answers = this.part.editable ? h("div", { class: isScored(item) ? "answers scores" : "answers", role: "group", "aria-labelledby": `${this.id}-t` },
      answersOf(item).map((one) => this.#choice(one))) : h("div", { class: "verdict" });
    return h("div", { class: "ask" }, words, this.answers);
  }

  #choice({ value, key, icon: name, label }) {
    const props = { type: "button", "aria-pressed": "false", "aria-keyshortcuts": key, data: { value, ...(isLow(this.item, value) ? { low: "" } : {}) }, onclick: () => answer(this.part, this.key, value) };
    if (name) return h("button", props, icon(name), span(label()));
    return h("button", { ...props, "aria-label": label() }, value);
  }

  #extraHead() {
    this.title = h("h3", { id: `${this.id}-t` }, "");
    const remove = this.part.editable ? h("button", { type: "button", class: "danger", onclick: () => removeExtra(this.part, this.key) }, icon("delete"), t("Delete")) : null;
    return h("div", { class: "ask other" }, h("div", { class: "words" }, this.title), remove ?? h("span", {}));
  }

  /** Bring what is seen in line with the state; fields in use are left alone. */
  paint() {
    const { state, part } = this;
    if (!state) return;
    if (!this.item) this.title.textContent = t("Other hazard {n}", { n: part.extras.indexOf(this.key) + 1 });
    this.root.classList.toggle("current", part.editable && part.current === this.key);
    if (part.editable) this.#paintEditable(state);
    else this.#paintReadOnly(state);
  }

  #paintEditable(state) {
    this.answers?.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === state.value)));
    const kind = !this.item ? "X" : isLow(this.item, state.value) ? "L" : state.value === "F" || state.value === "N" ? state.value : "";
    if (kind !== this.kind) {
      this.kind = kind;
      this.more.replaceChildren(...(kind === "N" ? this.#reasons() : kind ? this.#finding() : []));
      this.more.hidden = !kind;
    }
    this.fields?.forEach((paint) => paint());
    const asked = asksFor(this.part, this.key);
    const lacks = asked ? this.part.missing(this.key) : "";
    this.missing.hidden = !lacks;
    this.missing.lastChild.textContent = lacks;
    this.root.classList.toggle("asked", Boolean(lacks));
    if (lacks) this.answers?.setAttribute("aria-describedby", this.missing.id);
    else this.answers?.removeAttribute("aria-describedby");
  }

  #reasons() {
    const { part, key } = this;
    const group = choice(t("Why it does not apply"), data.na_reasons, () => this.state.reason, (reason) => decide(part, key, { reason }), "narrow");
    this.fields = [group.paint];
    return [h("p", { class: "label" }, t("Why it does not apply")), group];
  }

  #finding() {
    this.fields = [];
    const parts = h("div", { class: "parts" });
    if (isScored(this.item)) parts.append(h("div", { class: "stack" }, this.#note(t("What was lacking")), this.#handling()), this.#photos());
    else if (this.item) parts.append(h("div", { class: "stack" }, this.#disposal(), this.#photos()), h("div", { class: "stack" }, this.#level(), this.#note()));
    else parts.append(this.#what(), h("div", { class: "stack" }, this.#category(), this.#photos()), h("div", { class: "stack" }, this.#level(), this.#note()));
    const source = this.item?.source_text;
    return [parts, source ? h("p", { class: "aside" }, icon("why"), h("span", {}, t("Basis: {source}", { source }))) : null].filter(Boolean);
  }

  #disposal() {
    const { part, key, item } = this;
    const known = item.open_hazard;
    const same = known ? { value: "sighting", icon: "same", label: t("The same problem ({about})", { about: [known.number, known.days_left_text].filter(Boolean).join(CHINESE ? "，" : ", ") }) } : null;
    const scrap = item.auto === "scrap" ? { value: "scrap", icon: "clear", label: t("Scrap condition: out of service") } : null;
    const options = [same, scrap, { value: "spot", icon: "spot", label: t("Corrected on the spot") }, { value: "hazard", icon: "hazard", label: known ? t("Another problem") : t("Register a hazard") }].filter(Boolean);
    const group = choice(t("How it is handled"), options, () => this.state.disposal, (disposal) => decide(part, key, { disposal, level: this.state.level || item.level || "" }));
    const aside = h("p", { class: "aside" }, icon("minor"), h("span", {}));
    this.fields.push(group.paint, () => {
      const text = this.#said();
      aside.hidden = !text;
      aside.lastChild.textContent = text;
      aside.classList.toggle("loud", this.state.level === "urgent" && this.state.disposal === "hazard");
    });
    return h("div", {}, h("p", { class: "label" }, t("How it is handled")), group, aside);
  }

  /** What becomes of too few points: level and days are the item's, there is a choice only where there are several ways. */
  #handling() {
    const { part, key, item } = this;
    const known = item.open_hazard;
    const usual = item.auto === "service" ? t("Register a point to rectify") : t("Register a hazard");
    const options = [
      known ? { value: "sighting", icon: "same", label: t("The same problem ({about})", { about: known.number }) } : null,
      { value: "hazard", icon: "hazard", label: known ? t("Another problem") : usual },
      item.takes_task ? { value: "task", icon: "sign", label: data.task } : null,
    ].filter(Boolean);
    const group = choice(t("How it is handled"), options, () => this.state.disposal, (disposal) => decide(part, key, { disposal }));
    const aside = h("p", { class: "becomes" }, icon("hazard"), h("span", {}));
    this.fields.push(group.paint, () => { aside.lastChild.replaceChildren(...this.#becomes()); });
    return h("div", { class: "stack" }, options.length > 1 ? h("div", {}, h("p", { class: "label" }, t("How it is handled")), group) : null, aside);
  }

  /** The consequence of too few points, in a sentence. */
  #becomes() {
    const { state, item } = this;
    if (state.disposal === "task") return [data.task_said];
    if (state.disposal === "sighting") return [t("Noted on the open hazard; no second one is registered.")];
    const days = tn("to be put right within {n} day", "to be put right within {n} days", item.days);
    const what = item.auto === "service" ? t("Registered as a point to rectify on submitting") : t("Registered as a hazard on submitting");
    return [what, CHINESE ? "：" : ": ", levelLabel(item.level), CHINESE ? "，" : ", ", days, CHINESE ? "。" : "."];
  }

  /** The consequence of the choice made, in a sentence. */
  #said() {
    const { state, item } = this;
    if (state.hazard) return t("Registered as {number}. Its level and handling are changed on the page of the hazard.", { number: state.hazard });
    if (item && state.level === "urgent" && (state.disposal === "hazard" || !state.disposal)) return t("An urgent hazard is registered and reported at once.");
    if (state.disposal === "scrap") return t("It is taken out of service and has to be replaced.");
    if (state.disposal === "spot") return t("Recorded; no hazard is registered. Add a photo or a few words.");
    if (state.disposal === "sighting") return t("Noted on the open hazard; no second one is registered.");
    if (state.disposal === "hazard") return t("Registered as a hazard when the sheet is submitted.");
    return "";
  }

  #level() {
    const { part, key, item } = this;
    const options = data.levels.map((level) => ({ ...level, icon: level.value, level: level.value }));
    const group = choice(t("Handling level"), options, () => this.state.level, (level) => decide(part, key, { level }), "levels");
    const label = item?.level ? h("p", { class: "label" }, t("Handling level"), span(` · ${t("preset by the item: {level}", { level: levelLabel(item.level) })}`, "muted")) : h("p", { class: "label" }, t("Handling level"));
    const why = this.#text("level_reason", t("Why the level is lower"), { rows: 1 });
    const box = h("div", { class: "stack" }, h("div", {}, label, group), why);
    const late = this.item ? null : h("p", { class: "aside" }, icon("minor"), h("span", {}));
    if (late) box.append(late);
    this.fields.push(group.paint, () => {
      box.hidden = Boolean(item) && this.state.disposal !== "hazard";
      why.hidden = !part.lowered(key);
      if (!late) return;
      const text = this.state.hazard ? this.#said() : this.state.level === "urgent" ? t("An urgent hazard is registered and reported at once.") : t("Registered as a hazard when the sheet is submitted.");
      late.lastChild.textContent = text;
      late.classList.toggle("loud", this.state.level === "urgent");
    });
    return box;
  }

  #note(label = t("What was found")) {
    return this.#text("note", label, { rows: 1 });
  }

  #what() {
    const box = this.#text("what", t("What is the hazard"), { rows: 1 });
    box.classList.add("whole");
    this.first = box.querySelector("textarea");
    return box;
  }

  #category() {
    const { part, key } = this;
    const select = h("select", { onchange: () => decide(part, key, { category: select.value }) }, h("option", { value: "" }, t("Please choose")), data.categories.map((one) => h("option", { value: one.value }, one.label)));
    this.fields.push(() => { select.value = this.state.category; });
    return h("label", { class: "field" }, span(t("Kind of hazard"), "label"), h("span", { class: "select" }, select));
  }

  #text(field, label, { rows }) {
    const { part, key } = this;
    const area = h("textarea", { rows, maxlength: field === "note" ? "1000" : "200", autocomplete: "off", data: { field } });
    const grow = () => {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    area.addEventListener("input", () => { grow(); typed(part, key, field, area); });
    area.addEventListener("blur", () => part.typing === key && finishTyping(part));
    area.value = this.state[field];
    requestAnimationFrame(grow);
    this.fields.push(() => {
      if (document.activeElement !== area && area.value !== this.state[field]) {
        area.value = this.state[field];
        grow();
      }
    });
    return h("label", { class: "field" }, span(label, "label"), area);
  }

  #photos() {
    const { part, key } = this;
    this.file = h("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, tabindex: "-1", "aria-label": t("Take a photo") });
    this.file.addEventListener("change", () => {
      const files = Array.from(this.file.files);
      this.file.value = "";
      if (files.length) addFiles(part, key, files);
    });
    const shoot = h("button", { type: "button", class: "shoot", onclick: () => this.file.click() }, icon("camera"), span(""));
    const row = h("div", { class: "photos" }, shoot, this.file);
    const wrong = h("div", { class: "stack" });
    this.fields.push(() => {
      const photos = this.state.photos;
      tiles(row, shoot, photos, part, key);
      row.classList.toggle("many", photos.length > 1);
      shoot.lastChild.textContent = photos.length ? t("Take another photo") : t("Take a photo");
      wrong.replaceChildren(...photos.filter((one) => one.state === "refused" && one.message).map((one) => h("p", { class: "wrong" }, icon("moderate"), h("span", {}, one.message))));
    });
    return h("div", { class: "stack" }, row, wrong);
  }

  #paintReadOnly(state) {
    const one = answerOf(state.value);
    if (this.item) {
      const low = isLow(this.item, state.value);
      const tone = low ? "orange" : { P: "green", F: "red", N: "grey" }[state.value] ?? (one ? "green" : "grey");
      const name = low ? "serious" : one?.icon ?? "pass";
      const verdict = one || this.part.tab.run ? h("span", { class: "badge", data: { tone } }, one ? icon(name) : null, span(one ? one.label() : t("Not answered"))) : "";
      this.answers.replaceChildren(verdict);
    }
    const said = readOut(this.part, this.key, state, Boolean(this.item));
    this.more.hidden = !said;
    this.more.replaceChildren(...(said ? [said] : []));
  }
}

/**
 * Items that are answered together while all is well; when something is wrong the group opens.
 * Whatever is said of the group is kept as the answer of each of its items.
 */
class Group {
  constructor(part, name, keys) {
    Object.assign(this, { part, name, keys });
    this.id = `g-${keys[0]}`;
    const items = keys.map((key) => part.item(key));
    const known = items.filter((item) => item.open_hazard).map(({ open_hazard: one }) => h("p", { class: "known" }, icon("clock"), h("span", {}, t("Open hazard {number}: {what}", { number: one.number, what: one.what }))));
    this.numbers = keys.filter((key) => part.item(key).unit).map((key) => numberField(part, key));
    this.title = h("h3", { id: `${this.id}-t` }, name);
    const hint = items.filter((item) => !item.unit).map((item) => item.text).join(CHINESE ? "；" : ". ");
    this.answers = part.editable ? h("div", { class: "answers two", role: "group", "aria-labelledby": `${this.id}-t` },
      h("button", { type: "button", "aria-pressed": "false", data: { value: "P" }, onclick: () => this.pass() }, icon("pass"), span(ANSWERS[0].label())),
      h("button", { type: "button", "aria-pressed": "false", "aria-expanded": "false", data: { value: "F" }, onclick: () => this.open() }, icon("fail"), span(t("Something is wrong")))) : h("div", { class: "verdict" });
    this.points = h("div", { class: "points stack" });
    this.root = h("section", { class: "item group", id: this.id, tabindex: "-1", "aria-labelledby": `${this.id}-t`, data: { group: name } },
      h("div", { class: "ask" }, h("div", { class: "words" }, this.title, h("p", { class: "hint" }, hint), ...known), this.numbers.length ? h("div", { class: "stack numbers-in" }, this.numbers) : null, this.answers), this.points);
  }

  get isOpen() {
    const states = this.keys.map((key) => this.part.state(key));
    return this.part.opened.has(this.name) || states.some((state) => state.value === "F" || state.value === "N");
  }

  pass() {
    const { part } = this;
    if (!part.editable) return;
    finishTyping(part);
    part.opened.delete(this.name);
    for (const key of this.keys) {
      const { unit, low, high } = part.item(key);
      const measured = !unit || (low === null && high === null && readNumber(part.state(key).number) !== null);
      if (measured) answer(part, key, "P", { advance: false });
    }
    this.paint();
    const empty = this.keys.find((key) => part.missing(key));
    if (empty && part.item(empty).unit) this.numbers[0].querySelector("input").focus();
    else bringNext(part, this.keys.at(-1));
  }

  open() {
    const { part } = this;
    if (!part.editable) return;
    part.opened.add(this.name);
    this.paint();
    app.ui.voice.textContent = t("{group}: something is wrong; answer each point", { group: this.name });
    const first = app.cards.get(this.keys.find((key) => !part.state(key).value) ?? this.keys[0]);
    setCurrent(part, first.key);
    first.root.scrollIntoView({ block: "nearest", behavior: instant() });
  }

  paint() {
    const { part } = this;
    const open = this.isOpen;
    const states = this.keys.map((key) => part.state(key));
    const passed = states.every((state) => state.value === "P");
    this.root.classList.toggle("open", open);
    this.points.hidden = !open;
    this.numbers.forEach((field) => field.paint());
    if (this.answers.className === "verdict") {
      const tone = passed ? "green" : states.some((state) => state.value === "F") ? "red" : "grey";
      const word = passed ? ANSWERS[0].label() : tone === "red" ? ANSWERS[1].label() : t("Not answered");
      this.answers.replaceChildren(open ? "" : h("span", { class: "badge", data: { tone } }, icon(passed ? "pass" : "none"), span(word)));
      return;
    }
    const [good, bad] = this.answers.children;
    const measuring = this.keys.filter((key) => !part.item(key).unit || part.state(key).value);
    good.setAttribute("aria-pressed", String(!open && measuring.length > 0 && measuring.every((key) => part.state(key).value === "P")));
    bad.setAttribute("aria-pressed", String(open));
    bad.setAttribute("aria-expanded", String(open));
  }
}

const groupOf = (part, key) => app.groups.get(part.item(key)?.group);

/** What is seen of an item: its card, or its group while that is closed. */
function boxOf(part, key) {
  const group = groupOf(part, key);
  return group && !group.isOpen ? group : app.cards.get(key);
}

const isRefused = (part, key) => Boolean(part.state(key).refused) || part.state(key).photos.some((photo) => photo.state === "refused");
const asksFor = (part, key) => part.asked.has(key) || Boolean(part.state(key)?.refused);

/** Put the tiles of the photos before the camera button, reusing what is there. */
function tiles(row, before, photos, part, key) {
  const known = new Map(Array.from(row.querySelectorAll(".tile"), (tile) => [tile.dataset.photo, tile]));
  photos.forEach((photo, place) => {
    let tile = known.get(photo.client_key);
    known.delete(photo.client_key);
    if (!tile) {
      tile = h("button", { type: "button", class: "tile", data: { photo: photo.client_key } });
      tile.onclick = () => openPhoto(part, key, tile.photo, tile);
      row.insertBefore(tile, before);
      if (photo.state === "waiting" && !photo.canvas) app.store.picture(photo.client_key).then(async (blob) => {
        photo.canvas = blob ? await drawn(blob, 336) : null;
        paintTile(tile, photo, place);
      });
    }
    tile.photo = photo;
    paintTile(tile, photo, place);
  });
  known.forEach((tile) => tile.remove());
}

function paintTile(tile, photo, place) {
  tile.dataset.state = photo.state;
  const words = { shrinking: t("Preparing"), waiting: t("On this tablet"), sending: t("Uploading"), refused: t("Not accepted"), sent: "" }[photo.state];
  tile.setAttribute("aria-label", [t("Photo {n}", { n: place + 1 }), words].filter(Boolean).join(" · "));
  const children = [];
  if (photo.thumb && !photo.canvas) children.push(h("img", { src: photo.thumb, alt: "", loading: "lazy" }));
  else if (photo.canvas) children.push(photo.canvas);
  else children.push(icon("picture"));
  if (photo.state === "sending") {
    const meter = span("", "meter");
    meter.style.transform = `translateX(${Math.round((photo.part ?? 0) * 100) - 100}%)`;
    children.push(h("span", { class: "state" }, words), meter);
  } else if (words && (photo.state !== "waiting" || app.stuck)) children.push(h("span", { class: "state" }, photo.state === "refused" ? icon("fail") : null, words));
  tile.replaceChildren(...children);
}

/** What was said about an exception, for reading. */
function readOut(part, key, state, isItem) {
  if (!part.isWrong(key) && state.value !== "N") return null;
  const badges = [];
  if (state.reason) badges.push(h("span", { class: "badge" }, labelOf(data.na_reasons, state.reason)));
  const disposal = { spot: t("Corrected on the spot"), scrap: t("Scrap condition: out of service"), sighting: t("Open hazard, seen again"), task: data.task, hazard: isItem ? (isScored(part.item(key)) ? "" : t("Register a hazard")) : "" }[state.disposal];
  if (disposal) badges.push(h("span", { class: "badge" }, icon({ spot: "spot", scrap: "clear", sighting: "same", hazard: "hazard", task: "sign" }[state.disposal]), disposal));
  if (state.level && state.disposal === "hazard") badges.push(levelBadge(state.level));
  if (state.hazard) badges.push(h("a", { href: hazardUrl(state.hazard), class: "badge", data: { tone: "blue" } }, state.hazard));
  const row = state.photos.length ? h("div", { class: "photos" }) : null;
  if (row) tiles(row, null, state.photos, part, key);
  const words = [state.what, state.note, state.level_reason].filter(Boolean).map((text) => h("p", {}, text));
  if (!badges.length && !words.length && !row) return null;
  return h("div", { class: "said" }, badges.length ? h("div", { class: "counts" }, badges) : null, words, row);
}

const LEVEL_TONE = { urgent: "red", serious: "orange", moderate: "yellow", minor: "blue" };
const levelBadge = (level) => h("span", { class: "badge", data: { tone: LEVEL_TONE[level] } }, icon(level), levelLabel(level));
const hazardUrl = (number) => `/hazards?no=${encodeURIComponent(number)}`;

// ---- other hazards

function addOther() {
  const part = app.active;
  if (!part.editable) return;
  finishTyping(part);
  const key = uuid7();
  part.addExtra(key);
  const card = new Card(part, key);
  app.cards.set(key, card);
  app.ui.extras.append(card.root);
  setCurrent(part, key);
  repaint(part, key);
  card.root.scrollIntoView({ block: "center", behavior: instant() });
  card.first.focus({ preventScroll: true });
}

async function removeExtra(part, key) {
  const state = part.state(key);
  if (state.hazard) return;
  const filled = state.what.trim() || state.note.trim() || state.photos.length;
  if (filled && !(await confirmed(t("Delete this hazard?"), t("Its words and photos are taken off this sheet."), t("Delete")))) return;
  const wasSent = part.sent.has(key);
  part.typing = null;
  if (wasSent) {
    state.value = ".";
    part.last.delete(key);
    commit(part, key);
  } else {
    keep(part, async () => {
      for (const row of (await app.store.waiting(part.key)).filter((one) => one.key === key)) await app.store.remove(row);
      await app.store.draft(`${part.key}:${key}`, null);
    });
  }
  part.dropExtra(key);
  cardOf(part, key)?.root.remove();
  app.cards.delete(key);
  app.cards.forEach((card) => !card.item && card.paint());
  paintFoot();
  app.ui.other.focus();
}

// ---- moving about

function setCurrent(part, key) {
  if (part !== app.active || part.current === key) return;
  const before = part.current;
  part.current = key;
  app.cards.get(before)?.root.classList.remove("current");
  app.cards.get(key)?.root.classList.add("current");
}

/** After an answer: if the next open item is not in sight, bring it up. */
function bringNext(part, key) {
  const keys = part.keys();
  const next = keys.slice(keys.indexOf(key) + 1).find((other) => part.missing(other));
  const card = next && boxOf(part, next);
  if (!card) return;
  setCurrent(part, next);
  const box = card.root.getBoundingClientRect();
  const foot = app.ui.foot.getBoundingClientRect().top;
  if (box.bottom > foot - 8) scrollBy({ top: box.bottom - foot + 16, behavior: instant() });
}

/** Go to what is missing and say what it is. */
function jump(part, wanted = () => true) {
  const keys = part.keys();
  const from = keys.indexOf(part.current);
  const lacking = part.incomplete().filter(wanted);
  const unanswered = lacking.filter((key) => !part.state(key).value);
  const list = unanswered.length ? unanswered : lacking;
  const next = list.find((key) => keys.indexOf(key) > from) ?? list[0];
  if (!next) return;
  if (part.state(next).value) part.asked.add(next);
  const card = boxOf(part, next);
  setCurrent(part, next);
  card.paint();
  card.root.scrollIntoView({ block: "center", behavior: instant() });
  const field = part.item(next)?.unit ? groupOf(part, next)?.numbers[0].querySelector("input") : null;
  const target = field ?? (part.state(next).value ? card.more?.querySelector("textarea:not([hidden]), .options button, select") : null);
  (target && !part.state(next).disposal ? target : card.root).focus({ preventScroll: true });
  const lacks = part.missing(next);
  app.ui.voice.textContent = `${card.title.textContent}${CHINESE ? "：" : ": "}${lacks}`;
}

function move(step) {
  const part = app.active;
  const keys = part.keys().filter((key) => app.cards.has(key));
  const from = keys.indexOf(part.current);
  const to = from < 0 ? (step > 0 ? 0 : keys.length - 1) : Math.min(keys.length - 1, Math.max(0, from + step));
  const card = boxOf(part, keys[to]);
  if (!card) return;
  setCurrent(part, keys[to]);
  card.root.focus({ preventScroll: true });
  card.root.scrollIntoView({ block: "nearest", behavior: "auto" });
}

/** The answer that a key says of the current item. */
function keyed(part, key) {
  const item = part.item(part.current ?? "");
  return item ? answersOf(item).find((one) => one.key === key.toLowerCase())?.value : undefined;
}

function onKey(event) {
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.getAttribute?.("role") === "tab") return;
  const onButton = Boolean(event.target.closest?.("button, a"));
  const part = app.active;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (part.editable && keyed(part, event.key)) {
    answer(part, part.current, keyed(part, event.key), { advance: false });
  } else if (event.key === "Enter" && !onButton) {
    event.preventDefault();
    app.ui.primary?.click();
  }
}

// ---- head, tabs, foot, receipt, notices

function paintProgress() {
  const { tab } = app.active;
  const answered = app.active.mode === "view" && !app.active.started ? tab.answered : app.active.answered();
  const part = app.active.items.length ? answered / app.active.items.length : 0;
  app.ui.meter.style.transform = `translateX(${part * 100 - 100}%)`;
  app.ui.progress.setAttribute("aria-valuenow", String(answered));
  app.ui.progress.setAttribute("aria-valuemax", String(app.active.items.length));
}

function paintTabs() {
  app.parts.forEach((part, n) => {
    const { tab } = part;
    const button = app.ui.tabs.children[n];
    const answered = part.mode === "view" && !part.started ? tab.answered : part.answered();
    const total = tab.total || part.items.length;
    const tone = DONE.has(tab.state) ? "green" : tab.state === "missed" ? "red" : OPEN.has(tab.state) && answered > 0 && answered < total ? "yellow" : answered === total && total ? "green" : "grey";
    button.setAttribute("aria-selected", String(part === app.active));
    button.tabIndex = part === app.active ? 0 : -1;
    const mark = DONE.has(tab.state) ? icon("pass") : null;
    button.lastChild.replaceChildren(...[mark, `${answered}/${total}`].filter(Boolean));
    button.lastChild.dataset.tone = tone;
  });
}

const missingCount = (part) => part.incomplete().length;

function paintFoot() {
  const { ui } = app;
  const part = app.active;
  const act = footAct(part);
  ui.count.textContent = act.count;
  ui.other.hidden = !part.editable;
  ui.primary.hidden = !act.label;
  paintUnrated(part);
  if (!act.label || ui.primary.dataset.does === act.label) return;
  ui.primary.dataset.does = act.label;
  ui.primary.replaceChildren(icon(act.icon), span(act.label));
}

/** The items without a score by name, once most have one; a tap leads there. */
function paintUnrated(part) {
  if (!SCORED) return;
  const left = part.editable ? part.items.filter((item) => !part.state(String(item.id)).value) : [];
  const { unrated } = app.ui;
  unrated.hidden = !left.length || left.length * 2 > part.items.length;
  const does = left.map((item) => item.code).join();
  if (unrated.hidden || unrated.dataset.does === does) return;
  unrated.dataset.does = does;
  unrated.replaceChildren(h("p", {}, h("strong", {}, tn("{n} item not rated yet:", "{n} items not rated yet:", left.length))),
    h("div", { class: "options narrow" }, left.map((item) => h("button", { type: "button", onclick: () => jump(part, (key) => key === String(item.id)) }, `${item.code} ${item.text}`))));
}

/** The one step that may be taken now. */
function footAct(part) {
  if (part.mode === "other" || part.mode === "beside") return { label: t("Continue here"), icon: "next", count: "", run: () => continueHere(part) };
  if (app.elsewhere) return { label: t("Continue here"), icon: "next", count: "", run: takeTab };
  if (!part.editable && data.next_url) return { label: data.next_text, icon: "next", count: "", run: () => location.assign(data.next_url) };
  if (!part.editable) {
    const next = app.parts.find((other) => other !== part && other.editable);
    if (next && part.tab.state !== "upcoming") return { label: t("Go on with {part}", { part: next.tab.name }), icon: "next", count: "", run: () => show(next, true) };
    return { label: t("Back to my tasks"), icon: "back", count: "", run: leave };
  }
  const left = part.unanswered();
  const lacking = missingCount(part);
  if (SCORED) {
    const { sum, of } = part.points();
    const count = [left ? tn("{n} item left", "{n} items left", left) : "", of ? t("{sum} of {of} points", { sum, of }) : ""].filter(Boolean).join(" · ");
    if (left) return { label: t("Next unanswered ({n})", { n: left }), icon: "down", count, run: () => jump(part) };
    if (!lacking) return { label: t("Finish the inspection"), icon: "sign", count, run: () => openSubmit(part) };
  } else if (INSPECTING) {
    const groups = part.groupsLeft();
    const about = groups ? tn("{n} group left", "{n} groups left", groups) : t("All groups answered");
    if (left) return { label: t("Next unanswered ({n})", { n: groups || left }), icon: "down", count: about, run: () => jump(part) };
    if (!lacking) return { label: t("Finish the inspection"), icon: "done", count: about, run: () => (data.signed ? openSubmit(part) : finishInspection(part)) };
  }
  const count = left ? tn("{n} item left", "{n} items left", left) : tn("All {n} item answered", "All {n} items answered", part.items.length);
  if (left) return { label: t("Next unanswered ({n})", { n: left }), icon: "down", count, run: () => jump(part) };
  if (lacking) return { label: t("Complete the details ({n})", { n: lacking }), icon: "down", count, run: () => jump(part) };
  return { label: t("Sign and submit"), icon: "sign", count, run: () => openSubmit(part) };
}

const leave = () => location.assign(data.back_url);

/** What the server has acknowledged, and what only this tablet holds. */
function receiptOf(part) {
  const total = part.items.length;
  const courier = courierOf(part);
  const trouble = courier?.trouble;
  const stuck = trouble && (courier.failures > 1 || navigator.onLine === false);
  if (part.mode === "view" && !part.pending && !part.refusals) return part.tab.run ? { tone: "green", icon: "saved", text: DONE.has(part.tab.state) ? t("Submitted") : t("Saved {n}/{m}", { n: part.saved, m: total }) } : null;
  if (courier?.blocked && part.pending) return { tone: "red", icon: "unsent", text: tn("{n} item not uploaded, tap to retry", "{n} items not uploaded, tap to retry", part.pending), act: () => unblock(part) };
  if (stuck && trouble.network) return { tone: "yellow", icon: "local", text: t("On this tablet {n}/{m}", { n: part.answered(), m: total }) };
  if (stuck && part.pending) return { tone: "red", icon: "unsent", text: tn("{n} item not uploaded, tap to retry", "{n} items not uploaded, tap to retry", part.pending), act: () => courier.kick() };
  if (part.refusals && !part.pending) return { tone: "red", icon: "unsent", text: tn("{n} item not accepted, tap to see", "{n} items not accepted, tap to see", part.refusals), act: () => jump(part, (key) => isRefused(part, key)) };
  if (part.pending && part.since && Date.now() - part.since > 400) return { tone: "yellow", icon: "sending", text: tn("Uploading {n} item", "Uploading {n} items", part.pending) };
  return { tone: part.saved ? "green" : "grey", icon: "saved", text: t("Saved {n}/{m}", { n: part.saved, m: total }) };
}

function paintReceipt() {
  const box = app.ui.receipt;
  const receipt = receiptOf(app.active);
  box.hidden = !receipt;
  if (!receipt) return;
  const does = `${receipt.text}${Boolean(receipt.act)}`;
  if (box.dataset.does === does) return;
  box.dataset.does = does;
  box.dataset.tone = receipt.tone;
  box.replaceChildren(receipt.act ? h("button", { type: "button", onclick: () => receiptOf(app.active)?.act?.() }, icon(receipt.icon), span(receipt.text)) : h("span", {}, icon(receipt.icon), span(receipt.text)));
}

function notice(tone, name, strong, text, acts = [], late = []) {
  return h("div", { class: "notice", data: { tone } }, icon(name), h("div", {}, h("p", {}, strong ? h("strong", {}, strong) : null, strong && !CHINESE ? " " : "", text), acts.length ? h("div", { class: "acts" }, acts) : null, late.length ? h("details", { class: "late" }, h("summary", {}, t("Show them")), h("ul", {}, late.map(lateEntry))) : null));
}

/** One line of what is kept beside the record. */
function lateEntry(one) {
  const words = one.photo ? h("a", { href: one.photo, target: "_blank" }, t("Photo")) : answerOf(one.value)?.label() ?? t("Not answered");
  const more = [one.what, one.note, one.hazard_number].filter(Boolean).map((text) => ` · ${text}`).join("");
  return h("li", {}, h("strong", {}, one.code || t("Other hazard")), " ", words, more);
}

/** Sentences above the items; `signature` of each set keeps unchanged ones still. */
function paintNotices() {
  const part = app.active;
  const courier = courierOf(part);
  const found = [];
  const stuck = courier?.trouble && (courier.failures > 1 || navigator.onLine === false);
  app.stuck = Boolean(stuck);
  if (app.elsewhere) found.push(["grey", "lock", t("This patrol is open in another tab of this browser."), t("Only one of them can be used at a time.")]);
  else if (part.mode === "other") found.push(["", "person", othersTitle(part), t("What is entered there from now on is kept beside the record. The answers so far are taken over.")]);
  else if (part.mode === "beside") found.push(["yellow", "person", besideTitle(part), t("What was entered here afterwards is kept beside the record, it replaces nothing.")]);
  if (stuck && courier.trouble.network) found.push(["yellow", "offline", t("No connection. You can go on."), offlineText(part)]);
  else if (stuck && part.pending) found.push(["red", "serious", t("The server cannot save at the moment."), `${courier.trouble.message || ""}${courier.trouble.message && !CHINESE ? " " : ""}${t("Nothing is lost: it is kept on this tablet and sent again by itself.")}`]);
  if (courier?.blocked && part.mode !== "view") found.push(["red", "serious", t("Saving has stopped."), `${courier.blocked.message}${CHINESE ? "" : " "}${t("What was entered is kept on this tablet.")}`]);
  if (app.store.volatile && part.editable) found.push(["yellow", "serious", t("This browser keeps nothing on the tablet."), t("Leave this page open until everything is saved.")]);
  for (const late of part.tab.run?.late ?? [])
    found.push(["grey", "person", "", tn("{n} entry of {name} arrived later or from another tablet and is kept beside this record.", "{n} entries of {name} arrived later or from another tablet and are kept beside this record.", late.count, { name: late.name }), [], late.entries]);
  if (part.banner) found.push(part.banner);
  const does = JSON.stringify(found);
  if (app.ui.notices.dataset.does === does) return;
  app.ui.notices.dataset.does = does;
  app.ui.notices.replaceChildren(...found.map((one) => notice(...one)));
  measure();
}

function offlineText(part) {
  if (!part.pending) return t("Answers are kept on this tablet and sent by themselves when the connection is back.");
  const entries = part.pending - part.pendingPhotos;
  const what = [entries > 0 ? tn("{n} answer", "{n} answers", entries) : "", part.pendingPhotos ? tn("{n} photo", "{n} photos", part.pendingPhotos) : ""].filter(Boolean);
  return t("Kept on this tablet, waiting to be sent: {what}. It is sent by itself; do not clear the browser's data.", { what: listed(what) });
}

function othersTitle(part) {
  const run = part.tab.run;
  const holder = run.holder ?? { id: run.by_id, name: run.by_name };
  const mine = holder.id === undefined ? holder.name === data.actor.name : holder.id === data.actor.id;
  const counts = { n: part.answered(), m: part.items.length, name: holder.name };
  return mine ? t("Already begun on another device: {n}/{m} answered.", counts) : t("{name} has begun this patrol: {n}/{m} answered.", counts);
}

function besideTitle(part) {
  return part.besideName ? t("{name} has gone on with this patrol on another device.", { name: part.besideName }) : t("This patrol has been continued on another device.");
}

const timeOf = (tab, which) => tab[`${which}_text`] || clockText(tab[`${which}_at`]);

/** Why the sheet cannot be changed. */
function viewText(part) {
  const { tab } = part;
  if (tab.readonly_why) return tab.readonly_why;
  const places = { time: timeOf(tab, tab.state === "upcoming" ? "opens" : "closes"), name: tab.run?.by_name ?? "", at: tab.run?.submitted_at_text ?? "" };
  if (tab.state === "upcoming") return t("Opens at {time}; nothing can be entered before.", places);
  if (tab.state === "missed") return t("Closed at {time} without being submitted and recorded as missed. It cannot be filled in afterwards; the reason can be given on the page of tasks.", places);
  if (DONE.has(tab.state)) return places.at ? t("Submitted by {name}, {at}. It can no longer be changed.", places) : t("Submitted. It can no longer be changed.");
  return t("This sheet can only be read here.");
}

function dueBadge(tab) {
  if (!OPEN.has(tab.state)) {
    const tone = { done: "green", done_late: "orange", missed: "red" }[tab.state] ?? "grey";
    return tab.state_text ? h("span", { class: "badge", data: { tone } }, icon(DONE.has(tab.state) ? "done" : "clock"), tab.state_text) : null;
  }
  const minutes = Math.ceil((Date.parse(tab.due_at) - serverNow()) / 60000);
  const late = -minutes + 1;
  if (minutes <= 0) return h("span", { class: "badge", data: { tone: "late" } }, icon("clock"), lateText(late));
  if (minutes > 90) return null;
  return h("span", { class: "badge", data: { tone: minutes <= 15 ? "orange" : "grey" } }, icon("clock"), tn("{n} minute left", "{n} minutes left", minutes));
}

function lateText(minutes) {
  if (minutes < 60) return tn("{n} minute late", "{n} minutes late", Math.max(1, minutes));
  if (minutes < 2880) return tn("{n} hour late", "{n} hours late", Math.floor(minutes / 60));
  return tn("{n} day late", "{n} days late", Math.floor(minutes / 1440));
}

/** A kept signature: the drawing as a picture, or the typed name. */
function inkOf(signature) {
  let kept = {};
  try {
    kept = JSON.parse(signature.ink || "{}");
  } catch {
    // An unreadable one shows the name alone.
  }
  if (!kept.strokes) return h("strong", {}, kept.typed || signature.name);
  const lines = kept.strokes.map((stroke) => `<polyline points="${stroke.map((point) => point.map(Number).join(",")).join(" ")}"/>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Number(kept.w)} ${Number(kept.h)}" fill="none" stroke="#1b2733" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${lines}</svg>`;
  return h("img", { class: "ink", src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: signature.name });
}

/** Both signatures below a submitted sheet, and what else can be done with one that is not. */
function signedCards(part) {
  const { tab } = part;
  const found = tab.run?.signatures ?? [];
  const cards = found.map((one) => h("div", { class: "signature" }, h("p", { class: "label" }, one.label),
    one.waits ? h("p", {}, one.waits) : inkOf(one),
    one.waits ? null : h("p", { class: "muted" }, `${one.name} · ${one.at}`),
    one.remark ? h("p", {}, t("Remark: {words}", { words: one.remark })) : null,
    one.href ? h("a", { class: "button", href: one.href }, icon("sign"), one.action) : null));
  const links = (tab.links ?? []).map((one) => h("a", { class: "button", href: one.href, target: one.new ? "_blank" : null, rel: one.new ? "noopener" : null }, one.label));
  return [cards.length ? h("section", { class: "signatures", "aria-label": t("Signatures") }, cards) : null, links.length ? h("div", { class: "further" }, links) : null].filter(Boolean);
}

function paintDuty() {
  const { tab } = app.active;
  const lines = INSPECTING ? (app.active.done ? [] : aboutTheThing()) : [dueBadge(tab)];
  if (!INSPECTING && OPEN.has(tab.state)) lines.push(h("span", { class: "line" }, t("Due by {due}, closes at {closes}", { due: timeOf(tab, "due"), closes: timeOf(tab, "closes") })));
  if (tab.why) lines.push(h("span", { class: "line" }, icon("why"), h("span", {}, tab.why)));
  app.ui.duty.replaceChildren(...lines.filter(Boolean));
}

/** What the system has verified, how it was last time, and what it looks like. */
function aboutTheThing() {
  const lines = data.known.map((one) => h("span", { class: `line verified ${one.good ? "good" : "bad"}` }, icon(one.good ? "done" : "serious"), h("span", {}, one.text)));
  if (data.previous) lines.push(h("span", { class: "line" }, icon("clock"), h("span", {}, data.previous)));
  if (SCORED && app.active.editable) lines.push(h("span", { class: "line" }, icon("minor"), h("span", {}, t("0 not done, 3 done on the whole, 5 done in full; {n} points or fewer are followed up.", { n: Math.max(...app.active.items.map((item) => item.fails_at ?? 0)) }))));
  if (data.photo) lines.push(h("a", { class: "thing", href: data.photo, target: "_blank" }, h("img", { src: `${data.photo}?thumb=1`, alt: t("The thing as registered"), loading: "lazy" })));
  return lines;
}

function measure() {
  const root = document.documentElement.style;
  const sticks = getComputedStyle(app.ui.head).position === "sticky";
  root.setProperty("--head", sticks ? `${app.ui.head.offsetHeight}px` : "0px");
  root.setProperty("--foot", `${app.ui.foot.offsetHeight}px`);
}

// ---- showing a part

function show(part, focus = false) {
  if (app.active && app.active !== part) finishTyping(app.active);
  app.active = part;
  app.ui.panel.setAttribute("aria-labelledby", `tab-${part.tab.task_id}`);
  const url = `/sheet/${part.tab.task_id}`;
  if (location.pathname.startsWith("/sheet/") && location.pathname !== url) history.replaceState(null, "", url);
  renderCards(part);
  paintAll();
  if (focus) {
    scrollTo({ top: 0 });
    app.ui.tabs.children[app.parts.indexOf(part)].focus({ preventScroll: true });
  }
}

function renderCards(part) {
  app.cards = new Map(part.keys().map((key) => [key, new Card(part, key)]));
  const cards = [...app.cards.values()];
  app.groups = new Map([...part.groups()].map(([name, keys]) => [name, new Group(part, name, keys)]));
  app.groups.forEach((group) => group.points.append(...group.keys.map((key) => app.cards.get(key).root)));
  app.groups.forEach((group) => group.paint());
  const blank = INSPECTING && part.tab.readonly_why && !part.tab.run; // nothing to read
  const shown = (blank ? [] : cards).filter((card) => card.item).map((card) => app.groups.get(card.item.group)?.root ?? card.root);
  app.ui.items.replaceChildren(...new Set(shown));
  app.ui.extras.replaceChildren(...cards.filter((card) => !card.item).map((card) => card.root));
  app.ui.prefs.hidden = !part.editable || (INSPECTING && !SCORED);
  app.ui.done.replaceChildren(...(part.done ? [doneCard(part)] : []));
  app.ui.signed.replaceChildren(...signedCards(part));
  part.banner = part.mode === "view" && !part.done && !app.elsewhere ? ["grey", part.tab.state === "upcoming" ? "clock" : "lock", "", viewText(part)] : null;
}

function paintAll() {
  paintProgress();
  paintTabs();
  paintFoot();
  paintReceipt();
  paintDuty();
  paintNotices();
  measure();
}

function setMode(part, mode) {
  if (part.mode === mode) return;
  part.mode = mode;
  if (part !== app.active) return;
  renderCards(part);
  paintAll();
}

/** What must be one tap away; fetched beforehand, so that the browser has it without the server. */
function door() {
  if (!data.door) return [];
  setTimeout(() => fetch(data.door.href).catch(() => {}), 3000);
  return [h("a", { class: "button door", href: data.door.href }, span(data.door.text))];
}

function build() {
  const ui = app.ui;
  ui.receipt = h("div", { class: "receipt", role: "status" });
  ui.meter = span("");
  ui.progress = h("div", { class: "progress", role: "progressbar", "aria-label": t("Answered"), "aria-valuemin": "0" }, ui.meter);
  ui.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("Parts of the day") }, app.parts.map((part) => h("button", { type: "button", role: "tab", id: `tab-${part.tab.task_id}`, "aria-controls": "panel", onclick: () => show(part) }, span(part.tab.name), span("", "pill"))));
  ui.tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(app.parts[(app.parts.indexOf(app.active) + step + app.parts.length) % app.parts.length]);
    ui.tabs.children[app.parts.indexOf(app.active)].focus();
  });
  const titles = h("div", { class: "titles" }, h("h1", {}, data.title), h("p", {}, data.subject, " · ", data.actor.name, h("span", { class: "date" }, " · ", data.date_text)));
  ui.head = h("header", { class: "head" }, h("div", { class: "bar" }, h("a", { class: "button round", href: data.back_url, "aria-label": t("Back to my tasks") }, icon("back")), titles, ui.receipt, ...door()), ui.progress, ui.tabs);
  for (const name of ["done", "notices", "items", "extras", "unrated", "signed"]) ui[name] = h("div", { class: "stack" });
  ui.notices.setAttribute("role", "status");
  ui.duty = h("div", { class: "duty" });
  ui.voice = h("p", { class: "unseen", role: "status" });
  const hand = h("button", { type: "button", class: "plain", "aria-pressed": String(app.left), onclick: () => { app.left = !app.left; remembered("patrol-left", app.left ? "1" : "0"); document.body.classList.toggle("left", app.left); hand.setAttribute("aria-pressed", String(app.left)); } }, icon("hand"), t("Answers on the left"));
  ui.prefs = h("div", { class: "prefs" }, hand);
  ui.panel = h("div", { id: "panel", role: "tabpanel" }, ui.done, ui.notices, ui.duty, ui.items, ui.extras, ui.unrated, ui.signed, ui.prefs);
  ui.count = h("span", { class: "count" });
  ui.other = h("button", { type: "button", class: "big second", onclick: addOther }, icon("alert"), span(t("Log another hazard")));
  ui.primary = h("button", { type: "button", class: "big primary", onclick: () => footAct(app.active).run() });
  ui.foot = h("footer", { class: "foot" }, h("div", {}, ui.count, ui.other, ui.primary));
  document.body.classList.toggle("left", app.left);
  document.body.classList.toggle("inspecting", INSPECTING);
  document.body.classList.toggle("scored", SCORED);
  document.getElementById("app").replaceChildren(ui.head, h("main", {}, ui.panel, ui.voice), ui.foot);
}

// ---- submitting

/** What an inspection came to, what changed, and what to know. */
function inspectedCard(part) {
  const answer = part.done;
  const wrong = part.wrong().length > 0;
  const lines = (answer.lines ?? []).map((line) => h("div", {}, h("dt", {}, line.label), h("dd", {}, line.value)));
  return h("section", { class: `donecard ${wrong ? "wrong-found" : ""}`, tabindex: "-1", "aria-labelledby": "done-title" },
    h("span", { class: "disc" }, icon(wrong ? "serious" : "pass")),
    h("h2", { id: "done-title" }, wrong ? t("Problems found, saved") : t("Passed, saved")),
    h("p", { class: "muted" }, t("Recorded under the name {name}, {time}.", { name: data.actor.name, time: clockText(new Date(serverNow()).toISOString()) })),
    answer.hazards?.length ? h("div", { class: "numbers" }, h("p", {}, t("Hazards registered:")), answer.hazards.map((number) => h("a", { href: hazardUrl(number) }, number))) : null,
    lines.length ? h("dl", { class: "facts" }, lines) : null,
    ...(answer.notices ?? []).map((text) => notice("yellow", "alert", "", text)),
    data.next_url ? h("a", { class: "link", href: data.back_url }, t("Back to my tasks")) : null);
}

/** Without a problem saved at once; else what will be registered is shown first. */
async function finishInspection(part) {
  finishTyping(part);
  const wrong = part.wrong();
  if (wrong.length) {
    openFinish(part, wrong);
    return;
  }
  if (part.finishing) return;
  part.finishing = true;
  const label = app.ui.primary.lastChild;
  const problem = await submit(part, { account: true }, null, (text) => { label.textContent = text; });
  part.finishing = false;
  if (problem === null) return;
  app.ui.primary.dataset.does = "";
  part.banner = ["red", "serious", "", problem];
  paintAll();
  app.ui.voice.textContent = problem;
  scrollTo({ top: 0 });  // the last group is far below what is said
}

function openFinish(part, wrong) {
  const scrapped = wrong.filter((key) => part.state(key).disposal === "scrap");
  const others = wrong.filter((key) => part.state(key).disposal !== "scrap");
  const list = (keys) => h("ul", {}, keys.map((key) => h("li", {}, levelBadge(part.state(key).level || part.item(key)?.level), part.item(key)?.problem ?? part.state(key).what)));
  dialog("submit", t("Finish the inspection"), (body, close) => {
    const words = h("p", { class: "wrong", role: "alert", hidden: true }, icon("moderate"), h("span", {}));
    const label = span(t("Finish the inspection"));
    const go = h("button", { type: "button", class: "primary big", onclick: async () => {
      if (go.dataset.busy) return;
      go.dataset.busy = "1";
      words.hidden = true;
      const problem = await submit(part, { account: true }, null, (text) => { label.textContent = text; });
      delete go.dataset.busy;
      label.textContent = t("Finish the inspection");
      if (problem === null) close();
      else {
        words.hidden = false;
        words.lastChild.textContent = problem;
      }
    } }, icon("done"), label);
    body.append(h("div", { class: "notice" }, icon("hazard"), h("div", { class: "hazards" },
      others.length ? h("p", {}, h("strong", {}, tn("{n} hazard is registered on submitting:", "{n} hazards are registered on submitting:", others.length))) : null, others.length ? list(others) : null,
      scrapped.length ? h("p", {}, h("strong", {}, t("Taken out of service:"))) : null, scrapped.length ? list(scrapped) : null)),
    words, h("div", { class: "ends" }, h("button", { type: "button", class: "big", onclick: close }, t("Cancel")), go));
  });
}

function doneCard(part) {
  if (INSPECTING) return inspectedCard(part);
  const answer = part.done;
  const next = app.parts.find((other) => other !== part && other.editable);
  const later = app.parts.find((other) => other.tab.state === "upcoming");
  return h("section", { class: "donecard", tabindex: "-1", "aria-labelledby": "done-title" },
    h("span", { class: "disc" }, icon("pass")),
    h("h2", { id: "done-title" }, t("{part}: patrol submitted", { part: part.tab.name })),
    h("p", { class: "muted" }, [answer.state_text, t("It can no longer be changed.")].filter(Boolean).join(" · ")),
    answer.hazards?.length ? h("div", { class: "numbers" }, h("p", {}, t("Hazards registered:")), answer.hazards.map((number) => h("a", { href: hazardUrl(number) }, number))) : null,
    !next && later ? h("p", { class: "muted" }, t("{part} opens at {time}.", { part: later.tab.name, time: timeOf(later.tab, "opens") })) : null,
    next ? h("a", { class: "link", href: data.back_url }, t("Back to my tasks")) : null);
}

/** The signature: strokes in the pad's first size, so that turning the tablet spoils nothing. */
class Pad {
  constructor() {
    this.canvas = h("canvas", { role: "img", "aria-label": t("Signature field") });
    this.hint = h("span", { class: "ask-sign" }, t("Sign here with a finger or a pen"));
    this.box = h("div", { class: "pad" }, this.canvas, this.hint);
    this.strokes = [];
    this.canvas.addEventListener("pointerdown", (event) => this.#start(event));
    this.canvas.addEventListener("pointermove", (event) => this.#draw(event));
    for (const name of ["pointerup", "pointercancel"]) this.canvas.addEventListener(name, (event) => event.pointerId === this.pointer && (this.pointer = null));
    this.watch = new ResizeObserver(() => this.#fit());
    this.watch.observe(this.box);
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
    Object.assign(this.context, { lineWidth: 2.6, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(this.box).color, fillStyle: getComputedStyle(this.box).color });
    this.strokes.forEach((stroke) => this.#trace(stroke, 0));
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
    this.#trace(this.strokes.at(-1), 0);
    this.changed?.();
  }

  #draw(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes.at(-1);
    const from = stroke.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) {
      const point = this.#point(one);
      const last = stroke.at(-1);
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1.5) stroke.push(point);
    }
    if (stroke.length > from) this.#trace(stroke, from);
  }

  /** Draw a stroke from point `from` on as curves through the midpoints. */
  #trace(stroke, from) {
    const { context } = this;
    context.beginPath();
    if (stroke.length === 1) {
      context.arc(...stroke[0], 1.4, 0, 7);
      context.fill();
      return;
    }
    const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const first = Math.max(1, from);
    context.moveTo(...(first > 1 ? middle(stroke[first - 2], stroke[first - 1]) : stroke[0]));
    for (let i = first; i < stroke.length; i += 1) context.quadraticCurveTo(...stroke[i - 1], ...middle(stroke[i - 1], stroke[i]));
    context.stroke();
  }

  clear() {
    this.strokes = [];
    this.hint.hidden = false;
    this.size = null;
    this.#fit();
    this.context.clearRect(0, 0, 1e5, 1e5);
    this.changed?.();
  }

  /** Long enough to be a signature and not a slip of the hand. */
  get signed() {
    const length = this.strokes.reduce((sum, stroke) => sum + stroke.slice(1).reduce((all, point, i) => all + Math.hypot(point[0] - stroke[i][0], point[1] - stroke[i][1]), 0), 0);
    return length > 0.15 * (this.size?.w ?? 0);
  }

  get value() {
    return { strokes: this.strokes, w: Math.round(this.size.w), h: Math.round(this.size.h) };
  }
}

function openSubmit(part) {
  finishTyping(part);
  const keys = part.keys();
  const count = (value) => part.items.filter((item) => part.state(String(item.id)).value === value).length;
  const badge = (tone, name, label, n) => h("span", { class: "badge", data: { tone } }, icon(name), `${label} ${n}`);
  const handled = (disposal) => keys.filter((key) => part.isWrong(key) && part.state(key).disposal === disposal && !part.state(key).hazard);
  const [hazards, sightings, tasks] = ["hazard", "sighting", "task"].map(handled);
  const pad = new Pad();
  let typing = false;
  dialog("submit", t("{part}: sign and submit", { part: part.tab.name }), (body, close) => {
    const { sum, of } = part.points();
    const first = SCORED ? [h("span", { class: "badge", data: { tone: "grey" } }, t("{sum} of {of} points", { sum, of }))] : [badge("green", "pass", t("OK"), count("P"))];
    body.append(h("div", { class: "counts" }, first, badge("red", "fail", t("Problem"), part.keys().filter((key) => part.isWrong(key)).length), badge("grey", "none", t("N/A"), count("N"))));
    if (hazards.length || sightings.length || tasks.length) body.append(h("div", { class: "notice" }, icon("hazard"), h("div", { class: "hazards" },
      hazards.length ? h("p", {}, h("strong", {}, tn("{n} hazard is registered on submitting:", "{n} hazards are registered on submitting:", hazards.length))) : null,
      h("ul", {}, hazards.map((key) => h("li", {}, levelBadge(part.state(key).level || part.item(key)?.level), part.item(key)?.problem ?? part.state(key).what))),
      tasks.length ? h("p", {}, h("strong", {}, data.task), ` · ${listed(tasks.map((key) => part.item(key).code))}`) : null,
      sightings.length ? h("p", {}, t("Noted again on open hazards: {numbers}", { numbers: listed(sightings.map((key) => part.item(key).open_hazard?.number ?? "")) })) : null)));
    const companion = h("select", { name: "companion" }, h("option", { value: "" }, t("None")), data.colleagues.filter((one) => one.id !== data.actor.id).map((one) => h("option", { value: String(one.id) }, one.name)));
    const name = h("input", { autocomplete: "off", name: "typed" });
    const pin = h("input", { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "6", name: "pin" });
    const drawn = h("div", {}, h("p", { class: "label" }, t("Signature of the patroller"), " ", span(t("I confirm that I checked the above on site."), "muted")), pad.box);
    const inWords = h("form", { class: "pair", hidden: true, onsubmit: (event) => { event.preventDefault(); go.click(); } }, h("label", { class: "field" }, span(t("Full name"), "label"), name), h("label", { class: "field" }, span(t("Six-digit PIN"), "label"), pin), h("button", { hidden: true }));
    const other = h("button", { type: "button", class: "link", onclick: () => {
      typing = !typing;
      drawn.hidden = again.hidden = typing;
      inWords.hidden = !typing;
      other.textContent = typing ? t("Sign by hand instead") : t("Type name and PIN instead");
      say("");
      if (typing) name.focus();
    } }, t("Type name and PIN instead"));
    const again = h("button", { type: "button", class: "big", onclick: () => pad.clear() }, icon("clear"), t("Sign again"));
    const words = h("p", { class: "wrong", role: "alert", hidden: true }, icon("moderate"), h("span", {}));
    const say = (text) => {
      words.hidden = !text;
      words.lastChild.textContent = text;
    };
    pad.changed = () => say("");
    const label = span(t("Sign and submit"));
    const go = h("button", { type: "button", class: "primary big", onclick: async () => {
      if (go.dataset.busy) return;
      const lacks = typing ? (!name.value.trim() ? t("Type your full name.") : !/^\d{6}$/.test(pin.value) ? t("Enter the six digits of your PIN.") : "") : pad.signed ? "" : t("Please sign in the field first.");
      if (lacks) {
        say(lacks);
        if (typing) (name.value.trim() ? pin : name).focus();
        return;
      }
      go.dataset.busy = "1";
      say("");
      const signature = typing ? { typed: name.value.trim(), pin: pin.value } : pad.value;
      const wrong = await submit(part, signature, companion.value ? Number(companion.value) : null, (text) => { label.textContent = text; });
      delete go.dataset.busy;
      label.textContent = t("Sign and submit");
      if (wrong === null) close();
      else say(wrong);
    } }, icon("sign"), label);
    if (data.colleagues.length) body.append(h("label", { class: "field" }, h("span", { class: "label" }, t("Patrolled together with"), " ", span(t("(optional)"), "muted")), h("span", { class: "select" }, companion)));
    body.append(drawn, inWords, words, h("div", { class: "ends" }, again, other, go));
  }, { closed: () => pad.watch.disconnect() });
}

/** Everything up, then the signature; null when done, else the sentence that says what is wrong. */
async function submit(part, signature, companion, say) {
  const courier = courierOf(part);
  say(t("Uploading the rest"));
  courier.kick();
  for (let i = 0; !(await settled(part, 400)); i += 1) {
    if (part.refusals || !part.editable) break;
    if (courier.blocked || (courier.trouble && i > 8)) return t("No connection: the sheet can be submitted when everything is uploaded. Answers and signature are kept here; try again.");
  }
  if (part.refusals) return t("Some of it was not accepted. Close this and see the marked items.");
  if (!part.editable) return besideTitle(part);
  if (!courier.walk.run_id) return t("No connection: the sheet can be submitted when everything is uploaded. Answers and signature are kept here; try again.");
  say(t("Submitting"));
  const json = { client_at: new Date().toISOString(), signature, companion_id: companion, last_seq: courier.walk.acked };
  const answer = await request("POST", `/api/runs/${courier.walk.run_id}/submit`, asSession({ json, timeout: 30000 }));
  if (answer.status === 401) {
    needSession();
    return t("Please sign in again, then submit. Everything is saved.");
  }
  if (comesLater(answer.status)) return answer.data.message || t("No receipt from the server. Try again; nothing is registered twice.");
  if (answer.status >= 400) return answer.data.message || t("The server did not accept this ({code}).", { code: answer.status });
  finish(part, answer.data);
  return null;
}

function finish(part, answer) {
  const { tab } = part;
  part.done = answer;
  part.started = true;
  part.saved = part.items.length;
  Object.assign(tab, { state: answer.state || "done", state_text: answer.state_text || tab.state_text, answered: part.items.length });
  tab.run = { ...tab.run, by_name: data.actor.name, submitted: true, submitted_at_text: answer.submitted_at_text ?? "" };
  part.mode = "view";
  app.store.dropWalk(part.key);
  renderCards(part);
  paintAll();
  scrollTo({ top: 0 });
  app.ui.done.firstChild?.focus({ preventScroll: true });
}

// ---- taking over, sign-in, lock

async function continueHere(part) {
  const courier = courierOf(part);
  await settled(part, 4000);
  Object.assign(courier.walk, { token: null, lost: false });
  courier.blocked = null;
  courier.wantsState = true;
  await courier.kick();
}

async function unblock(part) {
  const courier = courierOf(part);
  if (courier.blocked?.status === 401 && !courier.walk.token) {
    needSession();
    return;
  }
  // The token is worth nothing any more: what waits gets a new one, and new numbers.
  if (courier.walk.token) {
    for (const row of await app.store.waiting(part.key)) if (row.token) await app.store.change(row, { seq: null, token: null, run_id: null });
    courier.walk.token = null;
  }
  courier.blocked = null;
  courier.walk.lost = false;
  courier.wantsState = true;
  courier.kick();
}

async function takeTab() {
  await app.leases[0].take();
  for (const lease of app.leases.slice(1)) lease.take();
  await wait(150);
  location.reload();
}

const signinUrl = () => data.signin_url ?? `/signin?next=${encodeURIComponent(location.pathname)}`;

/** The session is over: on a shared tablet the digits, elsewhere the sign-in page. */
function needSession() {
  if (data.tablet) {
    lock();
    return;
  }
  if (document.querySelector(".signin")) return;
  dialog("narrow-dialog signin", t("Please sign in again"), (body) => body.append(
    h("p", {}, t("The sign-in has ended. What was entered is kept on this tablet and is sent after signing in.")),
    h("div", { class: "ends" }, h("a", { class: "button primary big", href: signinUrl() }, t("Sign in")))));
}

function lock() {
  if (app.locked) return;
  app.locked = true;
  app.parts.forEach(finishTyping);
  let digits = "";
  let busy = false;
  const dots = h("div", { class: "dots", role: "img" }, Array.from({ length: 6 }, () => span("")));
  const words = h("p", { class: "wrong", role: "alert" }, h("span", {}));
  const paint = () => {
    Array.from(dots.children).forEach((dot, n) => dot.classList.toggle("full", n < digits.length));
    dots.setAttribute("aria-label", tn("{n} of 6 digits entered", "{n} of 6 digits entered", digits.length));
  };
  const push = async (digit) => {
    if (busy || digits.length === 6) return;
    digits += digit;
    words.lastChild.textContent = "";
    paint();
    if (digits.length < 6) return;
    busy = true;
    const answer = await request("POST", "/api/session/pin", asSession({ json: { user_id: data.actor.id, pin: digits } }));
    busy = false;
    digits = "";
    paint();
    if (answer.status >= 200 && answer.status < 300 && answer.data.csrf) unlock(answer.data);
    else words.lastChild.textContent = comesLater(answer.status) ? t("No connection: unlocking has to wait. What was entered is kept on this tablet.") : answer.data.message || t("The PIN is not right.");
  };
  const back = () => {
    digits = digits.slice(0, -1);
    paint();
  };
  const clear = () => {
    digits = "";
    paint();
  };
  app.ui.lock = dialog("lock", t("Locked"), (body) => {
    const key = (digit) => h("button", { type: "button", onclick: () => push(digit) }, digit);
    const pad = h("div", { class: "keys" }, ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key), h("button", { type: "button", class: "plain", onclick: clear }, t("Clear")), key("0"), h("button", { type: "button", class: "plain", "aria-label": t("Delete the last digit"), onclick: back }, icon("erase")));
    body.append(h("p", {}, h("strong", {}, data.actor.name), h("br"), span(t("Enter the six-digit PIN to go on."), "muted")), dots, pad, words, h("a", { class: "link", href: signinUrl() }, t("Somebody else? Sign in")));
  }, { closable: false, closed: () => { app.locked = false; if (!app.unlocked) lock(); } });
  app.unlocked = false;
  app.ui.lock.addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key)) push(event.key);
    else if (event.key === "Backspace") back();
  });
  paint();
}

function unlock(answer) {
  data.csrf = answer.csrf;
  app.moved = Date.now();
  app.unlocked = true;
  app.ui.lock.close();
  for (const part of app.parts) {
    const courier = courierOf(part);
    if (courier?.blocked?.status === 401) unblock(part);
    else courier?.kick();
  }
}

// ------------------------------------------------------------------ start

/** What the courier of a part tells the page. */
function hooksOf(part) {
  const photoOf = (row) => part.state(row.key)?.photos.find((photo) => photo.client_key === row.client_key);
  return {
    opens: true,
    changed: () => recount(part),
    sending(row) {
      const photo = row.kind === "photo" && photoOf(row);
      if (photo) Object.assign(photo, { state: "sending", part: 0 });
      if (photo) cardOf(part, row.key)?.paint();
    },
    progress(row, ratio) {
      const photo = photoOf(row);
      if (!photo) return;
      photo.part = ratio;
      cardOf(part, row.key)?.paint();
    },
    receipt(row, answer) {
      if (Number.isInteger(answer.saved)) part.saved = answer.saved;
      const state = part.state(row.key);
      const photo = row.kind === "photo" && photoOf(row);
      if (photo) Object.assign(photo, { state: "sent", url: answer.url ?? photo.url, thumb: answer.thumb ?? photo.thumb });
      if (state && answer.hazard_number && !answer.beside) Object.assign(state, { hazard: answer.hazard_number, value: "F", disposal: "hazard", level: part.item(row.key)?.level === "urgent" || !state.level ? "urgent" : state.level });
      if (answer.beside) {
        part.besideName = answer.by_name || part.besideName || "";
        setMode(part, answer.by_name ? "beside" : "view"); // without a name: the sheet has closed
      }
      if (photo || answer.hazard_number) cardOf(part, row.key)?.paint();
      recount(part);
    },
    async refused(row, message) {
      const state = part.state(row.key);
      const photo = row.kind === "photo" && photoOf(row);
      if (photo) Object.assign(photo, { state: "refused", message });
      else if (state) state.refused = message;
      part.last.delete(row.key);
      await recount(part);
      repaint(part, row.key);
    },
    async opened(answer) {
      part.started = true;
      if (Number.isInteger(answer.saved)) part.saved = answer.saved;
      if (answer.submitted) {
        location.reload();
        return;
      }
      part.besideName = "";
      const mode = part.mode;
      if (mode !== "view") part.mode = "walk";
      await restore(part, answer.answers, answer.findings ?? []);
      if (mode !== part.mode && part === app.active) {
        renderCards(part);
        paintAll();
      }
    },
    notOpened(answer) {
      if (answer.status === 401) needSession();
      else {
        part.tab.readonly_why = answer.data.message || t("This sheet can only be read here.");
        setMode(part, "view");
      }
    },
    kept(answer) {
      part.tab.readonly_why = answer.message || t("This sheet can only be read here.");
      setMode(part, "view");
    },
    blocked: () => part === app.active && paintNotices(),
  };
}

/** The server's state, then what waits on this tablet, then words that were still being typed. */
async function restore(part, answers, findings = []) {
  part.touched.clear(); // what is tapped while the disk is read stays as tapped
  await part.writes;
  const rows = await app.store.waiting(part.key);
  const drafts = await app.store.drafts(part.key);
  const typing = part.typing && part.state(part.typing) ? { key: part.typing, state: { ...part.state(part.typing) } } : null;
  const kept = part.extras.filter((key) => !part.sent.has(key)).map((key) => [key, part.state(key)]);
  const touched = [...part.touched].filter((key) => part.state(key)).map((key) => [key, part.state(key)]);
  const canvases = new Map();
  part.states.forEach((state) => state.photos.forEach((photo) => photo.canvas && canvases.set(photo.client_key, photo.canvas)));
  if (answers !== undefined) {
    part.extras = [];
    part.adopt(answers, findings);
    part.extras.forEach((key) => part.sent.add(key));
  }
  for (const [key, state] of kept) Object.assign(part.addExtra(key), state);
  rows.forEach((row) => {
    part.overlay(row);
    if (row.kind === "entry") part.sent.add(row.key);
  });
  for (const draft of drafts) {
    const state = part.item(draft.key) ? part.state(draft.key) : part.addExtra(draft.key);
    Object.assign(state, { ...draft.state, photos: state.photos, hazard: state.hazard });
  }
  for (const [key, state] of touched) {
    if (!part.item(key)) part.addExtra(key);
    part.states.set(key, state);
  }
  if (typing && part.state(typing.key)) Object.assign(part.state(typing.key), typing.state);
  part.states.forEach((state) => state.photos.forEach((photo) => { photo.canvas ??= canvases.get(photo.client_key); }));
  part.last.clear();
  if (part !== app.active) return;
  const same = part.keys().length === app.cards.size && part.keys().every((key) => app.cards.has(key));
  if (same) [...app.cards.values(), ...app.groups.values()].forEach((one) => one.paint());
  else renderCards(part);
  paintAll();
  await recount(part);
  if (part.editable) drafts.forEach((draft) => draft.key !== part.typing && commit(part, draft.key));
}

function modeOf(part, walk) {
  const { tab } = part;
  if (app.elsewhere || !OPEN.has(tab.state) || tab.readonly_why || tab.run?.submitted) return "view";
  if (!tab.run) return "walk";
  const holder = tab.run.holder;
  if (walk.token && !walk.lost && (!holder || holder.id === data.actor.id)) return "walk";
  return "other";
}

async function begin(part) {
  Object.assign(part, { last: new Map(), sent: new Set(), touched: new Set(), writes: Promise.resolve(), writing: 0, pendingPhotos: 0 });
  if (part.tab.run) part.adopt(part.tab.run.answers, part.tab.run.findings ?? []);
  const walk = (await app.store.walk(part.key)) ?? { key: part.key, task_id: part.tab.task_id, open: data.open ?? null, name: data.actor.name, run_id: null, token: null, next_seq: 1, lost: false };
  part.mode = modeOf(part, walk);
  const lease = app.leases.find((one) => one.task === part.tab.task_id);
  const courier = new Courier(app.store, walk, lease, hooksOf(part));
  courier.wantsState = part.mode === "walk" && Boolean(part.tab.run);
  courier.hooks.opens = part.mode === "walk" || part.mode === "other";
  app.couriers.set(part.key, courier);
  if (part.mode !== "other" && part.mode !== "view") part.started = Boolean(part.tab.run);
  if (part.editable) await restore(part);
  await recount(part);
}

/** Queues of other days or other people on this tablet: their run tokens still carry them home. */
async function sendLeftovers() {
  const quiet = { opens: false, changed() {}, sending() {}, progress() {}, receipt() {}, refused() {}, kept() {}, blocked() {} };
  for (const walk of await app.store.walks()) {
    if (app.couriers.has(walk.key) || !walk.token) continue;
    if (!(await app.store.waiting(walk.key)).some((row) => !row.refused)) {
      if (Date.now() - (walk.at ?? 0) > 3 * 86400000) await app.store.dropWalk(walk.key);
      continue;
    }
    const known = app.leases.find((one) => one.task === walk.task_id);
    const lease = known ?? Object.assign(new Lease(`patrol-lease-${walk.task_id}`, () => {}), { task: walk.task_id });
    if (!known) {
      lease.claim();
      app.leases.push(lease);
    }
    app.couriers.set(walk.key, new Courier(app.store, walk, lease, quiet));
  }
  app.couriers.forEach((courier) => courier.kick());
}

async function lostTab() {
  if (app.elsewhere) return;
  app.parts.forEach(finishTyping);
  await Promise.all(app.parts.map((part) => part.writes));
  app.elsewhere = true;
  app.parts.forEach((part) => { part.mode = "view"; });
  renderCards(app.active);
  paintAll();
}

function listen() {
  const active = () => { app.moved = Date.now(); };
  for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, active, { capture: true, passive: true });
  addEventListener("keydown", onKey);
  const kick = () => {
    app.leases.forEach((lease) => lease.check());
    app.couriers.forEach((courier) => courier.kick());
  };
  addEventListener("online", kick);
  addEventListener("offline", () => { paintReceipt(); paintNotices(); });
  addEventListener("focus", kick);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? kick() : app.parts.forEach(finishTyping)));
  addEventListener("pagehide", () => app.parts.forEach(finishTyping));
  addEventListener("beforeunload", (event) => {
    const inMemory = app.store.memory.queue.rows.size > 0;
    if (inMemory || app.parts.some((part) => part.writing > 0)) event.preventDefault();
  });
  new ResizeObserver(measure).observe(app.ui.head);
  new ResizeObserver(measure).observe(app.ui.foot);
  setInterval(tick, 1000);
}

const ALIVE_EVERY = 60000;
let ticks = 0;
let alive = Date.now();

/** Taps count as activity: while somebody works here the session does not run out. */
function stayAlive() {
  if (app.locked || app.moved <= alive || Date.now() - alive < ALIVE_EVERY) return;
  alive = Date.now();
  request("POST", "/api/session/alive", asSession());
}

function tick() {
  ticks += 1;
  stayAlive();
  if (data.tablet && data.idle_seconds > 0 && !app.locked && Date.now() - app.moved > data.idle_seconds * 1000) lock();
  if (ticks % 15) return;
  paintDuty();
  for (const part of app.parts) {
    const { tab } = part;
    if (tab.state === "open" && serverNow() > Date.parse(tab.due_at)) tab.state = "late";
    if (part.editable && serverNow() > Date.parse(tab.closes_at)) {
      finishTyping(part);
      tab.state = "missed";
      setMode(part, "view");
    }
    if (tab.state === "upcoming" && serverNow() > Date.parse(tab.opens_at) && !tab.readonly_why && !app.elsewhere) {
      tab.state = "open";
      setMode(part, "walk");
      courierOf(part).hooks.opens = true;
    }
  }
}

async function start() {
  app.parts = data.tabs.map((tab) => new Part(tab));
  const here = Number(location.pathname.split("/").pop());
  app.store = await Store.open();
  app.leases = data.tabs.map((tab) => Object.assign(new Lease(`patrol-lease-${tab.task_id}`, lostTab), { task: tab.task_id }));
  app.elsewhere = app.leases.map((lease) => lease.claim()).includes(false);
  if (app.elsewhere) app.leases.forEach((lease) => lease.release());
  build();
  for (const part of app.parts) await begin(part);
  const first = app.parts.find((part) => part.tab.task_id === (data.current_task_id ?? here)) ?? app.parts.find((part) => part.editable) ?? app.parts[0];
  show(first);
  listen();
  await sendLeftovers();
}

start();
