// Prints one hash over everything the site is made from, so that an unchanged tree builds nothing.
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const inputs = [
  'Cargo.lock', 'Cargo.toml', 'app', 'frontend', 'server/domain', 'server/sms', 'style',
  'scripts/build-site', 'scripts/package-lock.json', 'scripts/site-assets.mjs',
]

const hash = createHash('sha256').update(process.argv[2] ?? '')
const add = (path) => {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) add(join(path, name))
  } else {
    hash.update(`\0${path}\0`).update(readFileSync(path))
  }
}
inputs.forEach(add)
console.log(hash.digest('hex'))
