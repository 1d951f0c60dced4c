// Pictures of every page, for people to look at; they assert nothing about looks.
import config from './playwright.config.ts'

export default { ...config, testDir: 'screenshots', timeout: 180_000 }
