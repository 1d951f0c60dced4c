// Lays the site out: joins and minifies the style sheets, names every file after its content, writes hash.txt (the form
// that Leptos reads, and `sign-in` besides) and a .br and .gz beside each file. Leaves an equal site untouched, so that
// the server, which embeds it, is not built again.
//
// style/order.txt lists the console's sheets, one a line in the cascade's order; sign-in.css stands alone.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { transformSync } from 'esbuild'

const [work, site] = process.argv.slice(2)
const fresh = `${site}.new`

const fail = (text) => {
  console.error(`site-assets: ${text}`)
  process.exit(1)
}

const hashOf = (content) => createHash('sha256').update(content).digest('hex').slice(0, 16)

const minify = (source, loader, name) => {
  try {
    const { code, warnings } = transformSync(source, { loader, minify: true, format: loader === 'js' ? 'esm' : undefined })
    if (warnings.length > 0) fail(`${name}: ${warnings.map((w) => `line ${w.location?.line}: ${w.text}`).join('; ')}`)
    return code
  } catch (error) {
    return fail(`${name}: ${error.message}`)
  }
}

/** The sheets of each style file, in order. */
const sheets = () => {
  const order = readFileSync('style/order.txt', 'utf8').split('\n').map((line) => line.trim()).filter(Boolean)
  const there = readdirSync('style').filter((name) => name.endsWith('.css'))
  const missing = order.filter((name) => !there.includes(name))
  if (missing.length > 0) fail(`style/order.txt names ${missing.join(', ')}, which style/ does not hold`)
  const forgotten = there.filter((name) => name !== 'sign-in.css' && !order.includes(name))
  if (forgotten.length > 0) fail(`style/order.txt does not list ${forgotten.join(', ')}`)
  return { gatehouse: order, 'sign-in': ['sign-in.css'] }
}

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()

const same = (a, b) =>
  existsSync(b) &&
  files(a).join('\n') === files(b).join('\n') &&
  files(a).every((name) => readFileSync(join(a, name)).equals(readFileSync(join(b, name))))

rmSync(fresh, { recursive: true, force: true })
mkdirSync(join(fresh, 'pkg'), { recursive: true })

const hashes = {}
const put = (key, stem, extension, content) => {
  hashes[key] = hashOf(content)
  const name = `${stem}.${hashes[key]}.${extension}`
  writeFileSync(join(fresh, 'pkg', name), content)
  return name
}

const wasm = put('wasm', 'gatehouse_bg', 'wasm', readFileSync(join(work, 'optimised.wasm')))
// The loader's own fallback address must be the hashed one too.
const loader = readFileSync(join(work, 'bindgen/gatehouse.js'), 'utf8').replaceAll('gatehouse_bg.wasm', wasm)
put('js', 'gatehouse', 'js', minify(loader, 'js', 'gatehouse.js'))
const snippets = join(work, 'bindgen/snippets')
if (existsSync(snippets)) cpSync(snippets, join(fresh, 'pkg/snippets'), { recursive: true })

for (const [stem, names] of Object.entries(sheets())) {
  const source = names.map((name) => readFileSync(join('style', name), 'utf8')).join('\n')
  put(stem === 'gatehouse' ? 'css' : stem, stem, 'css', minify(source, 'css', `${stem}.css`))
}

for (const name of files(join(fresh, 'pkg'))) {
  const content = readFileSync(join(fresh, 'pkg', name))
  writeFileSync(join(fresh, 'pkg', `${name}.gz`), gzipSync(content, { level: 9 }))
  writeFileSync(join(fresh, 'pkg', `${name}.br`), brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  }))
}
writeFileSync(join(fresh, 'hash.txt'), Object.entries(hashes).map(([key, hash]) => `${key}: ${hash}\n`).join(''))

if (same(fresh, site)) {
  rmSync(fresh, { recursive: true })
} else {
  rmSync(site, { recursive: true, force: true })
  renameSync(fresh, site)
}
