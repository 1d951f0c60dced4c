// The phone: the sandbox's inbox, read over HTTP.
import { expect } from '@playwright/test'
import type { Gatehouse } from '../gatehouse.ts'

export const codePattern = /verification code is ([0-9A-Za-z]+)\./g

export class Inbox {
  readonly #address: string
  #seen: string[] = []

  constructor(gatehouse: Gatehouse) {
    this.#address = `${gatehouse.sample}/sms`
  }

  /** Every code in the inbox, in the page's order. */
  async codes(): Promise<string[]> {
    const answer = await fetch(this.#address)
    if (!answer.ok) throw new Error(`${this.#address} answered ${answer.status}`)
    const text = (await answer.text()).replace(/<[^>]*>/g, '')
    return [...text.matchAll(codePattern)].map((match) => match[1] ?? '')
  }

  async count(): Promise<number> {
    return (await this.codes()).length
  }

  /** Waits for a message that was not there at the last call, and returns its code. */
  async next(): Promise<string> {
    await expect.poll(() => this.count(), { message: 'a message arrives' }).toBeGreaterThan(this.#seen.length)
    const all = await this.codes()
    const left = [...all]
    for (const code of this.#seen) left.splice(left.indexOf(code), 1)
    this.#seen = all
    const [code] = left
    if (code === undefined) throw new Error('the inbox lost a message')
    return code
  }
}

/** A code of the same shape that is not this one. */
export const wrongCode = (right: string): string => String((Number(right) + 1) % 10 ** right.length).padStart(right.length, '0')
