// The browser opens this page from what it has kept; ask for it anew and say what has become of it.
const state = document.getElementById("state")
const known = document.documentElement.dataset.digest

function say(text, action) {
  state.replaceChildren()
  if (action) {
    const link = document.createElement("a")
    link.href = location.href
    link.textContent = text
    link.onclick = (event) => {
      event.preventDefault()
      location.reload()
    }
    state.append(link)
  } else state.textContent = text
  state.hidden = false
}

async function look() {
  let answer
  try {
    answer = await fetch(location.pathname + location.search, { cache: "reload" })
  } catch {
    say(state.dataset.kept)
    return
  }
  // Nobody is signed in here any more: what names people is not shown to the next one.
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") {
    location.replace(answer.url)
    return
  }
  if (!answer.ok) {
    say(state.dataset.kept)
    return
  }
  const fresh = /data-digest="(\w+)"/.exec(await answer.text())?.[1]
  if (!fresh || fresh === known) state.hidden = true
  else if (location.hash) say(state.dataset.changed, true)
  else location.reload()
}

function focusPlan() {
  document.querySelector(".plan:target")?.focus({ preventScroll: true })
  scrollTo(0, 0)
}

// Back to where one was, such as a sheet that is half answered.
if (document.referrer) {
  const there = new URL(document.referrer)
  if (there.origin === location.origin && !/^\/(emergency|sign-in)/.test(there.pathname))
    document.querySelector(".back").href = there.pathname + there.search
}

addEventListener("hashchange", focusPlan)
addEventListener("online", look)
if (location.hash) focusPlan()
look()
