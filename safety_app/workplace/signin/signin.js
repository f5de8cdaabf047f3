// Makes the sign-in pages quicker: the digit pad, the search for a name, the eye. Without this
// script they are plain forms and work all the same.
const byId = (id) => document.getElementById(id)

function tabletForm(form) {
  const pin = byId("pin")
  const state = byId("state")
  const dots = [...form.querySelectorAll(".dots i")]
  const people = [...form.querySelectorAll("[name=user_id]")]
  let sent = false

  const chosen = () => people.find((radio) => radio.checked)

  function say(text, ask = false) {
    state.textContent = text
    state.classList.toggle("ask", ask)
  }

  function drawName() {
    const who = chosen()?.closest("label")
    const [name, post] = who ? [who.querySelector("b"), who.querySelector("small")] : []
    byId("chosen").textContent = who ? [name, post].map((part) => part.textContent).filter(Boolean).join(" · ") : ""
  }

  function askForName() {
    say(form.dataset.choose, true)
    people[0].closest("section").scrollIntoView({ block: "start" })
    ;(people.find((radio) => !radio.closest("li").hidden) ?? people[0]).focus()
  }

  function drawDigits() {
    const count = pin.value.length
    dots.forEach((dot, place) => dot.classList.toggle("on", place < count))
    if (count) byId("pin-error").replaceChildren()
    if (count && count < 6) say(form.dataset.entered.replace("{n}", count))
    if (!count) say("")
    if (count === 6 && !sent) chosen() ? send() : askForName()
  }

  function send() {
    sent = true
    say(form.dataset.wait)
    form.requestSubmit()
  }

  function type(digit) {
    if (sent || pin.value.length >= 6) return
    if (!chosen()) return askForName()
    pin.value += digit
    drawDigits()
  }

  function take(count) {
    if (sent) return
    pin.value = pin.value.slice(0, count)
    drawDigits()
  }

  form.classList.add("live")
  byId("keys").hidden = false
  pin.inputMode = "none" // the pad replaces the keyboard on the screen
  pin.addEventListener("input", () => {
    pin.value = pin.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6)
    drawDigits()
  })
  byId("keys").addEventListener("click", (event) => {
    const key = event.target.closest("button")
    if (!key) return
    if (key.dataset.digit) type(key.dataset.digit)
    else take("clear" in key.dataset ? 0 : -1)
  })
  addEventListener("keydown", (event) => {
    const elsewhere = event.target.matches?.("input:not([type=radio])")
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey) return
    if (/^\d$/.test(event.key)) type(event.key)
    else if (event.key === "Backspace") take(-1)
  })
  for (const radio of people) {
    radio.addEventListener("change", () => {
      pin.value = ""
      byId("pin-error").replaceChildren()
      drawName()
      drawDigits()
      const pad = byId("pad").getBoundingClientRect()
      if (pad.bottom > innerHeight) byId("pad").scrollIntoView({ block: "end" })
    })
  }
  addEventListener("pageshow", () => {
    // Back from another page: nothing of the last person stays in the pad.
    sent = false
    pin.value = ""
    drawName()
    drawDigits()
  })
}

function search(field) {
  const rows = [...document.querySelectorAll("[data-find]")]
  const none = byId("none")
  byId("find-field").hidden = false
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase()
    const packed = wanted.replaceAll(" ", "")
    for (const row of rows) {
      const text = row.dataset.find
      row.hidden = !text.includes(wanted) && !text.replaceAll(" ", "").includes(packed)
    }
    for (const group of document.querySelectorAll("fieldset")) {
      group.hidden = !group.querySelector("[data-find]:not([hidden])")
    }
    none.textContent = rows.every((row) => row.hidden) ? none.dataset.text : ""
  })
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault())
}

function accountForm(form) {
  const password = byId("password")
  const eye = byId("eye")
  eye.hidden = false
  eye.addEventListener("click", () => {
    const open = password.type === "password"
    password.type = open ? "text" : "password"
    eye.setAttribute("aria-pressed", String(open))
    eye.setAttribute("aria-label", open ? eye.dataset.hide : eye.dataset.show)
    password.focus()
  })
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault()
    form.dataset.sent = "yes"
    form.querySelector(".state").textContent = form.dataset.wait
  })
  addEventListener("pageshow", () => {
    delete form.dataset.sent
    form.querySelector(".state").textContent = ""
  })
  for (const row of document.querySelectorAll(".fill")) {
    row.addEventListener("click", () => {
      byId("login").value = row.dataset.login
      password.value = byId("demo-password").textContent
      form.querySelector("[type=submit]").focus()
    })
  }
}

if (byId("tablet")) tabletForm(byId("tablet"))
if (byId("find")) search(byId("find"))
if (byId("account")) accountForm(byId("account"))
// What must open while the server is away is fetched beforehand: from then on the browser has it.
for (const link of document.querySelectorAll("a[data-keep]")) fetch(link.href).catch(() => {})
