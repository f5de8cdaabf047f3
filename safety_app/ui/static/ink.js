// A place to sign with a finger, or with the own name and the six-digit code; hands over both the
// signature and a remark when its button is pressed. Strokes are in the pad's first size.
class Pad {
  constructor(canvas, hint, changed) {
    Object.assign(this, { canvas, hint, changed, strokes: [], pointer: null })
    canvas.addEventListener("pointerdown", (event) => this.start(event))
    canvas.addEventListener("pointermove", (event) => this.draw(event))
    for (const name of ["pointerup", "pointercancel"])
      canvas.addEventListener(name, (event) => {
        if (event.pointerId === this.pointer) this.pointer = null
      })
    this.watch = new ResizeObserver(() => this.fit())
    this.watch.observe(canvas.parentElement)
  }

  fit() {
    const { width, height } = this.canvas.getBoundingClientRect()
    if (!width) return
    if (!this.strokes.length) this.size = null
    this.size ??= { w: width, h: height }
    const ratio = devicePixelRatio || 1
    this.canvas.width = Math.round(width * ratio)
    this.canvas.height = Math.round(height * ratio)
    this.scale = Math.min(width / this.size.w, height / this.size.h)
    this.context = this.canvas.getContext("2d")
    const scale = ratio * this.scale
    this.context.setTransform(scale, 0, 0, scale, 0, 0)
    const colour = getComputedStyle(this.canvas.parentElement).color
    Object.assign(this.context, { lineWidth: 2.6, lineCap: "round", lineJoin: "round" })
    Object.assign(this.context, { strokeStyle: colour, fillStyle: colour })
    this.strokes.forEach((stroke) => this.trace(stroke, 0))
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect()
    const at = [event.clientX - box.left, event.clientY - box.top]
    return at.map((length) => Math.round((length / this.scale) * 10) / 10)
  }

  start(event) {
    if (this.pointer !== null || event.button > 0) return
    event.preventDefault()
    if (!this.context) this.fit()
    this.pointer = event.pointerId
    this.canvas.setPointerCapture(event.pointerId)
    this.hint.hidden = true
    this.strokes.push([this.point(event)])
    this.trace(this.strokes.at(-1), 0)
    this.changed()
  }

  draw(event) {
    if (event.pointerId !== this.pointer) return
    const stroke = this.strokes.at(-1)
    const from = stroke.length
    const events = event.getCoalescedEvents?.() ?? []
    for (const one of events.length ? events : [event]) {
      const point = this.point(one)
      const last = stroke.at(-1)
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1.5) stroke.push(point)
    }
    if (stroke.length > from) this.trace(stroke, from)
  }

  trace(stroke, from) {
    const { context } = this
    context.beginPath()
    if (stroke.length === 1) {
      context.arc(...stroke[0], 1.4, 0, 7)
      context.fill()
      return
    }
    const first = Math.max(1, from)
    context.moveTo(...stroke[first - 1])
    for (let i = first; i < stroke.length; i += 1) context.lineTo(...stroke[i])
    context.stroke()
  }

  clear() {
    this.strokes = []
    this.hint.hidden = false
    this.context?.clearRect(0, 0, 1e5, 1e5)
    this.fit()
    this.changed()
  }

  // Long enough to be a signature and not a slip of the hand.
  get signed() {
    const length = this.strokes.reduce(
      (sum, stroke) =>
        sum + stroke.slice(1).reduce((all, p, i) => all + Math.hypot(p[0] - stroke[i][0], p[1] - stroke[i][1]), 0),
      0
    )
    return length > 0.15 * (this.size?.w ?? 0)
  }
}

const HTML =
  '<p class="ink-label"></p><p class="ink-says"></p>' +
  '<div class="ink-pad"><canvas role="img"></canvas><span class="ink-hint"></span></div>' +
  '<form class="ink-typed" hidden><label><span></span><input name="typed" autocomplete="off"></label>' +
  '<label><span></span><input name="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="6"></label>' +
  '<button hidden></button></form>' +
  '<label class="ink-remark"><span></span><input name="remark" maxlength="200" autocomplete="off"></label>' +
  '<p class="ink-wrong" role="alert" hidden></p>' +
  '<div class="ink-ends"><button type="button" class="btn secondary again"></button>' +
  '<button type="button" class="btn quiet other"></button>' +
  '<button type="button" class="btn primary big go"></button></div>'

function build(parent) {
  const root = document.createElement("div")
  root.className = "ink"
  root.innerHTML = HTML
  parent.appendChild(root)
  const find = (name) => root.querySelector(name)
  const say = (text) => {
    find(".ink-wrong").hidden = !text
    find(".ink-wrong").textContent = text
  }
  const pad = new Pad(find("canvas"), find(".ink-hint"), () => say(""))
  root.typing = false
  root.show = () => {
    const words = root.words
    find(".ink-pad").hidden = find(".again").hidden = root.typing
    find(".ink-typed").hidden = !root.typing
    find(".other").textContent = root.typing ? words.draw : words.type
  }
  find(".again").onclick = () => pad.clear()
  find(".other").onclick = () => {
    root.typing = !root.typing
    root.show()
    say("")
    if (root.typing) find("[name=typed]").focus()
  }
  find("form").onsubmit = (event) => {
    event.preventDefault()
    find(".go").click()
  }
  find(".go").onclick = () => {
    const typed = find("[name=typed]").value.trim()
    const pin = find("[name=pin]").value
    const { words } = root
    if (root.typing && !typed) return say(words.no_name)
    if (root.typing && !/^\d{6}$/.test(pin)) return say(words.no_pin)
    if (!root.typing && !pad.signed) return say(words.no_ink)
    say("")
    const remark = find("[name=remark]").value.trim()
    const ink = root.typing
      ? { typed, pin }
      : { strokes: pad.strokes, w: Math.round(pad.size.w), h: Math.round(pad.size.h) }
    find("[name=pin]").value = ""
    root.sign({ ...ink, remark, about: root.about })
  }
  return root
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  const root = parentElement.querySelector(".ink") || build(parentElement)
  const find = (name) => root.querySelector(name)
  root.words = data.words
  root.about = data.about
  root.sign = (ink) => setTriggerValue("signed", ink)
  find(".ink-label").textContent = data.label
  find(".ink-says").textContent = data.words.says
  find("canvas").setAttribute("aria-label", data.words.field)
  find(".ink-hint").textContent = data.words.hint
  const [name, pin] = root.querySelectorAll(".ink-typed span")
  name.textContent = data.words.name
  pin.textContent = data.words.pin
  find(".ink-remark").hidden = !data.remark
  find(".ink-remark span").textContent = data.words.remark
  find(".again").textContent = data.words.again
  find(".go").textContent = data.words.button
  root.show()
}
