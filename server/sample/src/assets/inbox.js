// Keeps the inbox current. The server says that something arrived; the page is then read again and only the difference
// is put in, so that a code being selected stays selected.
const inbox = document.getElementById("messages");
let reading = false;
let again = false;

async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    merge(page.getElementById("messages"));
    document.getElementById("count").textContent = page.getElementById("count").textContent;
  } catch {
    // The server is away; the event stream opens again when it is back, and that reads the page.
  } finally {
    reading = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function merge(next) {
  const here = new Set(Array.from(inbox.children, (child) => child.id));
  const there = new Set(Array.from(next.children, (child) => child.id));
  for (const child of Array.from(next.children).reverse()) {
    if (!here.has(child.id)) inbox.prepend(document.adoptNode(child));
  }
  for (const child of Array.from(inbox.children)) {
    if (!there.has(child.id)) child.remove();
  }
}

function listen() {
  const events = new EventSource("/sms/events");
  events.addEventListener("open", refresh);
  events.addEventListener("message", refresh);
  events.addEventListener("error", () => {
    // The browser tries again by itself, except after an answer that was no event stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

listen();
