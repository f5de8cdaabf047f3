// A button that copies a text, also where the page came by plain HTTP and has no clipboard.
function select(text) {
  const field = document.createElement("textarea")
  field.value = text
  field.setAttribute("readonly", "")
  field.style.cssText = "position:fixed;top:0;left:-200vw"
  document.body.appendChild(field)
  field.select()
  const done = document.execCommand("copy")
  field.remove()
  return done
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return select(text)
  }
}

export default function (component) {
  const { parentElement, data } = component
  let button = parentElement.querySelector("button.copy")
  if (!button) {
    button = document.createElement("button")
    button.type = "button"
    button.className = "btn secondary copy"
    const said = document.createElement("span")
    said.className = "muted copied"
    said.setAttribute("role", "status")
    parentElement.append(button, said)
  }
  const icon = '<i class="ic" data-i="content_copy" aria-hidden="true"></i>'
  button.innerHTML = `${icon}<span></span>`
  button.querySelector("span").textContent = data.label
  const said = parentElement.querySelector(".copied")
  button.onclick = async () => {
    const done = await copy(data.text)
    button.focus()
    said.textContent = done ? data.done : data.failed
  }
}
