// A browser without scripts, for the measurements: cookies, redirects on one site, forms filled in by their labels.
const http = require('node:http')

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", '#x27': "'", '#x2F': '/' }
const plain = (text) => text.replace(/&([a-z]+|#\w+);/gi, (whole, name) => entities[name] ?? whole)
const words = (html) => plain(html.replace(/<[^>]*>/g, '')).trim()

const tag = /<(\/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"'/]+(?:=(?:"[^"]*"|'[^']*'|[^\s>"']+))?)*)\s*\/?>/gi
const attribute = /([^\s=>"'/]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/g

/** The tags of a page in order, each with its attributes and where what it holds begins. */
const tags = (html) =>
  [...html.matchAll(tag)].map(([whole, closing, name, rest], i, all) => ({
    name: name.toLowerCase(),
    closing: closing === '/',
    attributes: Object.fromEntries([...rest.matchAll(attribute)].map(([, key, a, b, c]) => [key.toLowerCase(), plain(a ?? b ?? c ?? '')])),
    from: all[i].index + whole.length,
  }))

/** The forms of a page: where each goes, its controls (name, label, value, whether it is sent) and its buttons. */
const formsOf = (html) => {
  const all = tags(html)
  const inside = ({ name, from }) => html.slice(from, html.indexOf(`</${name}`, from))
  const labels = new Map(all.filter((t) => t.name === 'label' && t.attributes.for).map((t) => [t.attributes.for, words(inside(t))]))
  const forms = []
  for (const one of all) {
    const { name, closing, attributes } = one
    const form = forms.at(-1)
    if (name === 'form') {
      if (closing) form.open = false
      else forms.push({ open: true, action: attributes.action, controls: [], buttons: [] })
    }
    if (closing || !form?.open) continue
    const control = { name: attributes.name, label: labels.get(attributes.id) ?? attributes['aria-label'] ?? '' }
    if (name === 'button') form.buttons.push({ text: words(inside(one)), ...attributes })
    else if (attributes.name === undefined || 'disabled' in attributes) continue
    else if (name === 'textarea') form.controls.push({ ...control, value: plain(inside(one)), sent: true })
    else if (name === 'select') {
      const options = tags(inside(one)).filter((t) => t.name === 'option' && !t.closing).map((t) => t.attributes)
      const chosen = options.find((option) => 'selected' in option) ?? options[0]
      form.controls.push({ ...control, value: chosen?.value ?? '', sent: true })
    } else if (name === 'input') {
      const ticks = ['checkbox', 'radio'].includes(attributes.type)
      form.controls.push({ ...control, value: attributes.value ?? (ticks ? 'on' : ''), sent: !ticks || 'checked' in attributes })
    }
  }
  return forms
}

class Browser {
  #agent = new http.Agent({ keepAlive: true })
  cookies = new Map()

  constructor(origin) {
    this.origin = origin
  }

  /** One request; nothing is followed. `cookies` are the names to send, all if none are given. */
  request(method, path, { fields, cookies = [...this.cookies.keys()] } = {}) {
    const body = fields && new URLSearchParams(fields).toString()
    const headers = { accept: 'text/html', cookie: cookies.map((name) => `${name}=${this.cookies.get(name)}`).join('; ') }
    if (body !== undefined) {
      Object.assign(headers, { origin: this.origin, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length })
    }
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.origin), { method, headers, agent: this.#agent }, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('end', () => {
          const set = answer.headers['set-cookie'] ?? []
          for (const cookie of set) {
            const [name, value] = cookie.split(';', 1)[0].split(/=(.*)/s)
            this.cookies.set(name, value)
          }
          const { statusCode: status, headers: { location } } = answer
          resolve({ path, status, location, set: set.map((cookie) => cookie.split('=', 1)[0]), html: Buffer.concat(parts).toString() })
        })
      }).on('error', reject)
      request.end(body)
    })
  }

  /** Follows redirects to the page at their end. */
  async follow(answer) {
    for (let i = 0; i < 10 && answer.location !== undefined; i++) answer = await this.request('GET', answer.location)
    if (answer.status !== 200) throw new Error(`${answer.path} answered ${answer.status}`)
    return answer
  }

  async open(path) {
    return this.follow(await this.request('GET', path))
  }

  /**
   * Fills in the form that has this button, by labels: a text, `true` to tick, or a list for the controls of that label in
   * their order. Sends it; gives the page it leads to.
   */
  async submit(page, button, values) {
    const form = formsOf(page.html).find((form) => form.buttons.some((one) => one.text === button))
    if (form === undefined) throw new Error(`${page.path} has no button ${button}`)
    for (const [label, value] of Object.entries(values)) {
      const found = form.controls.filter((control) => control.label === label)
      const list = Array.isArray(value) ? value : [value]
      if (found.length < list.length) throw new Error(`${page.path} has ${found.length} controls labelled ${label}`)
      list.forEach((one, i) => Object.assign(found[i], one === true ? { sent: true } : { value: one }))
    }
    const pressed = form.buttons.find((one) => one.text === button)
    const sent = form.controls.filter((control) => control.sent)
    if (pressed.name !== undefined) sent.push(pressed)
    const fields = sent.map(({ name, value }) => [name, value ?? ''])
    return this.follow(await this.request('POST', form.action, { fields }))
  }
}

module.exports = { Browser, formsOf }
