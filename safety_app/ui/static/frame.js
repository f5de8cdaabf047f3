// What Streamlit leaves in English or out: the page's language, names of its parts, photos that
// open over the page, and links between our own pages that keep the connection.
let words = { pages: [], labels: {} }
let follow = () => {}
let listening = false

function name(selector, label) {
  for (const part of document.querySelectorAll(selector))
    if (part.getAttribute("aria-label") !== label) part.setAttribute("aria-label", label)
}

function patch() {
  for (const receipt of document.querySelectorAll(".fresh")) {
    receipt.classList.remove("fresh")
    receipt.scrollIntoView({ block: "center" })
  }
  document.documentElement.lang = words.language
  name('[data-testid="stMain"]', words.content)
  for (const [english, spoken] of Object.entries(words.labels))
    if (english !== spoken) name(`[aria-label="${english}"]`, spoken)
  lists()
  const remove = words.labels.Remove
  if (remove && remove !== "Remove")
    for (const part of document.querySelectorAll('[data-tag] [aria-label^="Remove "]'))
      part.setAttribute("aria-label", part.getAttribute("aria-label").replace("Remove", remove))
}

// What lists of choices say in sight of everybody.
function lists() {
  for (const list of document.querySelectorAll('[data-testid$="Dropdown"]')) {
    const walk = document.createTreeWalker(list, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const said = walk.currentNode.nodeValue
      const n = /^Select (\d+) matches$/.exec(said)?.[1]
      const own = said === "Select all" || said === "No results"
      const spoken = n ? words.labels["Select {n} matches"]?.replace("{n}", n) : own && words.labels[said]
      if (spoken && spoken !== said) walk.currentNode.nodeValue = spoken
    }
  }
}

function enlarge(link) {
  const dialog = document.createElement("dialog")
  dialog.className = "enlarged"
  const image = document.createElement("img")
  image.src = link.href
  image.alt = link.querySelector("img")?.alt ?? ""
  const close = document.createElement("button")
  close.type = "button"
  close.textContent = words.close
  close.onclick = () => dialog.close()
  dialog.onclick = (event) => event.target === dialog && dialog.close()
  dialog.onclose = () => {
    dialog.remove()
    link.focus()
  }
  dialog.append(image, close)
  document.body.append(dialog)
  dialog.showModal()
}

// A finger on a select only focuses its field; open the list as a mouse would.
function unfold(field) {
  setTimeout(() => {
    if (field.getAttribute("aria-expanded") === "false" && field === document.activeElement)
      field.parentElement.querySelector("button[aria-haspopup]")?.click()
  }, 80)
}

function pressed(event) {
  if (event.target.matches?.('[data-testid="stSelectbox"] input')) unfold(event.target)
  for (const menu of document.querySelectorAll("details.account[open]"))
    if (!menu.contains(event.target)) menu.open = false
  const link = event.target.closest?.("a[href]")
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey) return
  if (link.matches("a.photo")) {
    event.preventDefault()
    enlarge(link)
    return
  }
  const there = new URL(link.href)
  if (there.origin !== location.origin || !words.pages.includes(there.pathname)) return
  event.preventDefault()
  follow(there.pathname + there.search)
}

// A shared tablet that nobody touches goes back to the names, and a page whose session is over to
// the sign-in page: Streamlit by itself would go on asking for a connection.
const CHECK_EVERY = 10_000
let touched = Date.now()
let asked = false

async function lookAround() {
  const idle = (Date.now() - touched) / 1000
  if (words.idle_seconds && idle >= words.idle_seconds) {
    touched = Date.now()
    document.querySelector('form[action="/sign-out"]')?.requestSubmit()
  } else if (!asked && idle > words.session_seconds + 60) {
    asked = true
    await leaveIfOver()
  }
}

async function leaveIfOver() {
  const answer = await fetch("/_stcore/health", { cache: "no-store" }).catch(() => null)
  if (answer?.status === 401) location.reload()
}

function watch() {
  for (const kind of ["pointerdown", "keydown", "wheel"])
    document.addEventListener(kind, () => {
      touched = Date.now()
      asked = false
    }, { capture: true, passive: true })
  setInterval(lookAround, CHECK_EVERY)
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return
    await lookAround()
    await leaveIfOver()
  })
}

// What must open while the server is away is fetched beforehand: from then on the browser has it.
function keep() {
  for (const link of document.querySelectorAll("a[data-keep]"))
    fetch(link.href).catch(() => {})
}

export default function (component) {
  words = component.data
  follow = (address) => component.setTriggerValue("link", address)
  patch()
  if (listening) return
  listening = true
  watch()
  setTimeout(keep, 3_000)
  document.addEventListener("click", pressed)
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.account[open]")
    if (event.key !== "Escape" || !menu) return
    menu.open = false
    menu.querySelector("summary").focus()
  })
  new MutationObserver(patch).observe(document.body, { childList: true, subtree: true })
}
