// A list of real buttons; the row that was pressed goes to the page as its id.
export default function (component) {
  const { parentElement, data, setTriggerValue } = component
  let list = parentElement.querySelector("ul.rows")
  if (!list) {
    list = document.createElement("ul")
    list.className = "rows"
    parentElement.appendChild(list)
    list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!step) return
      const buttons = [...list.querySelectorAll("button")]
      const next = buttons[buttons.indexOf(document.activeElement) + step]
      if (next) {
        event.preventDefault()
        next.focus()
      }
    })
  }
  list.setAttribute("aria-label", data.label)
  list.onclick = (event) => {
    const button = event.target.closest("button")
    if (button) setTriggerValue("chosen", button.dataset.id)
  }
  const focused = document.activeElement?.dataset?.id
  list.replaceChildren(
    ...data.items.map(([id, markup]) => {
      const line = document.createElement("li")
      const button = document.createElement("button")
      button.type = "button"
      button.dataset.id = id
      button.innerHTML = markup
      if (id === data.selected) button.setAttribute("aria-current", "true")
      line.appendChild(button)
      return line
    })
  )
  if (focused) list.querySelector(`button[data-id="${CSS.escape(focused)}"]`)?.focus()
}
