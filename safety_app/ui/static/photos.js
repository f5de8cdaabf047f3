// Photos of a form: each is shrunk here, sent by itself, and shown with what became of it.
// Nothing here needs HTTPS: a hall may run the application over plain HTTP in its own network.
const LONGEST = 1600
const QUALITY = 0.82
const kept = new Map()

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const stamp = Date.now().toString(16).padStart(12, "0")
  const random = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return `${stamp}-${random.slice(0, 20)}`
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
  try {
    const { image, url } = await decode(file)
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement("canvas")
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    URL.revokeObjectURL(url)
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))
    return { blob: blob && blob.size < file.size ? blob : file, drawable: true }
  } catch {
    return { blob: file, drawable: false } // the server may still read what this browser cannot
  }
}

function send(shot, data, changed) {
  const request = new XMLHttpRequest()
  shot.state = "sending"
  shot.share = 0
  request.open("POST", `/api/photos?client_key=${encodeURIComponent(shot.key)}`)
  request.setRequestHeader("X-CSRF-Token", data.csrf)
  request.setRequestHeader("Content-Type", shot.blob.type || "application/octet-stream")
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) shot.share = event.loaded / event.total
    changed(false)
  }
  request.onload = () => {
    let answer = {}
    try {
      answer = JSON.parse(request.responseText)
    } catch {
      answer = {}
    }
    if (request.status < 300 && answer.upload_id) {
      Object.assign(shot, { state: "saved", id: answer.upload_id, thumb: answer.thumb })
    } else {
      const text = answer.message || data.words.failed
      Object.assign(shot, { state: "failed", text, lasting: request.status < 500 })
    }
    changed(true)
  }
  request.onerror = () => {
    Object.assign(shot, { state: "failed", text: data.words.offline, lasting: false })
    changed(true)
  }
  request.send(shot.blob)
}

function button(text, look, press) {
  const made = document.createElement("button")
  made.type = "button"
  made.className = look
  made.textContent = text
  made.onclick = press
  return made
}

function tile(shot, index, data, actions) {
  const line = document.createElement("li")
  line.className = `shot ${shot.state}`
  const name = data.words.photo.replace("{n}", index + 1)
  const address = shot.preview || shot.thumb
  const image = document.createElement(address ? "img" : "div")
  image.className = "picture"
  if (address) {
    image.src = address
    image.alt = name
  } else image.innerHTML = '<i class="ic" data-i="image" aria-hidden="true"></i>'
  const words = document.createElement("p")
  const share = `${Math.round((shot.share || 0) * 100)}%`
  words.textContent = { saved: data.words.saved, sending: `${data.words.sending} ${share}` }[
    shot.state
  ] ?? shot.text
  line.append(image, words)
  if (shot.state === "failed" && !shot.lasting)
    line.append(button(data.words.again, "again", () => actions.again(shot)))
  if (shot.state !== "sending") {
    const remove = button("×", "remove", () => actions.remove(shot))
    remove.setAttribute("aria-label", `${data.words.remove}: ${name}`)
    line.append(remove)
  }
  return line
}

function build(parent) {
  const root = document.createElement("div")
  root.className = "photo-input"
  root.innerHTML =
    '<ul class="shots"></ul><div class="row"><label class="btn secondary big"><i class="ic"' +
    ' data-i="photo_camera" aria-hidden="true"></i><span></span>' +
    '<input type="file" accept="image/*" capture="environment"></label>' +
    '<label class="btn secondary big"><i class="ic" data-i="photo_library" aria-hidden="true"></i>' +
    '<span></span><input type="file" accept="image/*" multiple></label></div>' +
    '<p class="receipt" role="status"></p>'
  parent.appendChild(root)
  return root
}

export default function (component) {
  const { parentElement, data, setStateValue, key } = component
  const root = parentElement.querySelector(".photo-input") || build(parentElement)
  if (!kept.has(key)) kept.set(key, data.photos.map((one) => ({ ...one, state: "saved" })))
  const shots = kept.get(key)

  const tell = () => {
    const saved = shots.filter((shot) => shot.state === "saved")
    const fresh = JSON.stringify(saved.map(({ id, thumb }) => ({ id, thumb })))
    const pending = shots.filter((shot) => shot.state === "sending").length
    if (fresh !== root.dataset.told) {
      root.dataset.told = fresh
      setStateValue("photos", JSON.parse(fresh))
    }
    root.querySelector(".receipt").textContent = pending
      ? data.words.pending.replace("{n}", pending)
      : saved.length
        ? data.words.receipt.replace("{n}", saved.length)
        : ""
  }
  const draw = () => {
    const actions = {
      again: (shot) => {
        send(shot, data, changed)
        draw()
      },
      remove: (shot) => {
        if (shot.preview) URL.revokeObjectURL(shot.preview)
        shots.splice(shots.indexOf(shot), 1)
        changed(true)
      },
    }
    root
      .querySelector(".shots")
      .replaceChildren(...shots.map((shot, index) => tile(shot, index, data, actions)))
    root.querySelector(".row").hidden = shots.length >= data.most
  }
  function changed(settled) {
    draw()
    if (settled) tell()
  }
  const take = async (input) => {
    const files = [...input.files].slice(0, data.most - shots.length)
    input.value = ""
    for (const file of files) {
      const { blob, drawable } = await shrink(file)
      const preview = drawable ? URL.createObjectURL(blob) : null
      const shot = { key: newKey(), blob, preview, state: "sending" }
      shots.push(shot)
      send(shot, data, changed)
      changed(true)
    }
  }
  const inputs = root.querySelectorAll("input")
  const names = [data.words.camera, data.words.choose]
  inputs.forEach((input, index) => {
    input.previousElementSibling.textContent = names[index]
    input.setAttribute("aria-label", names[index])
    input.onchange = () => take(input)
  })
  root.dataset.told ??= JSON.stringify(data.photos)
  draw()
  tell()
}
