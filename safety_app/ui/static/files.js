// Files of a form: scans, tables, photos of paper. Each is sent by itself as soon as it is chosen.
// A photo is made smaller here first, but stays large enough that handwriting can be read.
const LONGEST = 2400
const QUALITY = 0.85
const TYPES = { pdf: "application/pdf,.pdf", image: "image/*", table: ".xlsx,.csv,text/csv" }
const kept = new Map()

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

function decode(file) {
  return new Promise((resolve, reject) => {
    const url = URL.createObjectURL(file)
    const image = new Image()
    image.onload = () => resolve({ image, url })
    image.onerror = () => {
      URL.revokeObjectURL(url)
      reject(new Error("undecodable"))
    }
    image.src = url
  })
}

async function shrink(file) {
  if (!file.type.startsWith("image/")) return file
  try {
    const { image, url } = await decode(file)
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement("canvas")
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(url)
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))
    return blob && blob.size < file.size ? blob : file
  } catch {
    return file // the server may still read what this browser cannot
  }
}

function fail(paper, text, lasting) {
  Object.assign(paper, { state: "failed", text, lasting })
}

function send(paper, data, changed) {
  const request = new XMLHttpRequest()
  const query = new URLSearchParams({ client_key: paper.key, name: paper.name })
  paper.state = "sending"
  paper.share = 0
  request.open("POST", `/api/files?${query}`)
  request.setRequestHeader("X-CSRF-Token", data.csrf)
  request.setRequestHeader("Content-Type", "application/octet-stream")
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) paper.share = event.loaded / event.total
    changed(false)
  }
  request.onload = () => {
    let answer = {}
    try {
      answer = JSON.parse(request.responseText)
    } catch {
      answer = {}
    }
    if (request.status < 300 && answer.id) {
      const { id, name, url } = answer
      Object.assign(paper, { state: "saved", id, name, url })
    } else fail(paper, answer.message || data.words.failed, request.status < 500)
    changed(true)
  }
  request.onerror = () => {
    fail(paper, data.words.offline, false)
    changed(true)
  }
  request.send(paper.blob)
}

function button(text, look, press) {
  const made = document.createElement("button")
  made.type = "button"
  made.className = look
  made.textContent = text
  made.onclick = press
  return made
}

function said(paper, words) {
  if (paper.state === "saved") return words.saved
  if (paper.state === "failed") return paper.text
  return paper.share < 1 ? `${words.sending} ${Math.round(paper.share * 100)}%` : words.checking
}

function symbol(paper) {
  const mark = document.createElement("i")
  mark.className = "ic"
  mark.dataset.i = { saved: "check_circle", failed: "error", sending: "cloud_upload" }[paper.state]
  mark.setAttribute("aria-hidden", "true")
  return mark
}

function line(paper, data, actions) {
  const made = document.createElement("li")
  made.className = `paper ${paper.state}`
  const text = document.createElement(paper.url ? "a" : "div")
  const name = document.createElement("strong")
  name.textContent = paper.name
  text.className = "what"
  if (paper.url) Object.assign(text, { href: paper.url, target: "_blank", rel: "noopener" })
  const state = document.createElement("p")
  state.textContent = said(paper, data.words)
  text.append(name, state)
  made.append(symbol(paper), text)
  if (paper.state === "failed" && !paper.lasting)
    made.append(button(data.words.again, "again", () => actions.again(paper)))
  if (paper.state !== "sending") {
    const remove = button("×", "remove", () => actions.remove(paper))
    remove.setAttribute("aria-label", `${data.words.remove}: ${paper.name}`)
    made.append(remove)
  }
  return made
}

function build(parent) {
  const root = document.createElement("div")
  const way = (mark, more) =>
    `<label class="btn secondary"><i class="ic" data-i="${mark}" aria-hidden="true"></i>` +
    `<span></span><input type="file" ${more}></label>`
  root.className = "photo-input file-input"
  root.innerHTML =
    '<ul class="papers"></ul><div class="row">' +
    way("photo_camera", 'accept="image/*" capture="environment"') +
    way("upload_file", "") +
    '</div><p class="hint"></p><p class="receipt" role="status"></p>'
  parent.appendChild(root)
  return root
}

export default function (component) {
  const { parentElement, data, setStateValue, key } = component
  const root = parentElement.querySelector(".file-input") || build(parentElement)
  if (!kept.has(key)) kept.set(key, data.files.map((one) => ({ ...one, state: "saved" })))
  const papers = kept.get(key)

  const tell = () => {
    const saved = papers.filter((paper) => paper.state === "saved")
    const fresh = JSON.stringify(saved.map(({ id, name, url }) => ({ id, name, url })))
    const pending = papers.filter((paper) => paper.state === "sending").length
    if (fresh !== root.dataset.told) {
      root.dataset.told = fresh
      setStateValue("files", JSON.parse(fresh))
    }
    root.querySelector(".receipt").textContent = pending
      ? data.words.pending.replace("{n}", pending)
      : saved.length
        ? data.words.receipt.replace("{n}", saved.length)
        : ""
  }
  const draw = () => {
    const actions = {
      again: (paper) => {
        send(paper, data, changed)
        draw()
      },
      remove: (paper) => {
        papers.splice(papers.indexOf(paper), 1)
        changed(true)
      },
    }
    const lines = papers.map((paper) => line(paper, data, actions))
    root.querySelector(".papers").replaceChildren(...lines)
    const way = root.querySelector(".row label:last-child")
    way.classList.toggle("primary", data.next && !papers.length)
    way.classList.toggle("secondary", !data.next || papers.length > 0)
    root.querySelector(".row").hidden = papers.length >= data.most
    root.querySelector(".hint").hidden = papers.length >= data.most
  }
  function changed(settled) {
    draw()
    if (settled) tell()
  }
  const take = async (input) => {
    const files = [...input.files].slice(0, data.most - papers.length)
    input.value = ""
    for (const file of files) {
      const paper = { key: newKey(), blob: await shrink(file), name: file.name, state: "sending" }
      papers.push(paper)
      send(paper, data, changed)
      changed(true)
    }
  }
  const [camera, choose] = root.querySelectorAll("input")
  const names = [data.words.camera, data.words.choose]
  ;[camera, choose].forEach((input, index) => {
    input.previousElementSibling.textContent = names[index]
    input.setAttribute("aria-label", names[index])
    input.onchange = () => take(input)
  })
  camera.parentElement.hidden = !data.accept.includes("image")
  choose.accept = data.accept.map((kind) => TYPES[kind]).join(",")
  choose.multiple = data.most > 1
  root.querySelector(".hint").textContent = data.words.hint
  root.dataset.told ??= JSON.stringify(data.files)
  draw()
  tell()
}
