// What Streamlit leaves in English or out: the page's language, names of its parts, and photos
// that open over the page instead of leaving it.
let words = {}

function name(selector, label, role) {
  for (const part of document.querySelectorAll(selector)) {
    if (part.getAttribute("aria-label") !== label) part.setAttribute("aria-label", label)
    if (role && part.getAttribute("role") !== role) part.setAttribute("role", role)
  }
}

function patch() {
  name(".st-key-nav", words.menu, "navigation")
  name('[data-testid="stMain"]', words.content)
  name('[role="dialog"] button[aria-label="Close"]', words.close)
  for (const link of document.querySelectorAll(".st-key-nav a")) {
    const here = new URL(link.href).pathname === location.pathname
    if (here) link.setAttribute("aria-current", "page")
    else link.removeAttribute("aria-current")
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

let started = false

export default function (component) {
  words = component.data
  document.documentElement.lang = words.language
  patch()
  if (started) return
  started = true
  new MutationObserver(patch).observe(document.body, { childList: true, subtree: true })
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.photo")
    if (!link) return
    event.preventDefault()
    enlarge(link)
  })
}
