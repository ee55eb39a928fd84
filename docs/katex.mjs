// Renders a batch of formulas: JSON [{latex, display}] on standard input, JSON [{html} or {error}] on standard output.
import { readFileSync } from "node:fs"
import katex from "katex"

const formulas = JSON.parse(readFileSync(0, "utf8"))
const rendered = formulas.map(({ latex, display }) => {
  try {
    return { html: katex.renderToString(latex, { displayMode: display, output: "htmlAndMathml", throwOnError: true, strict: "error" }) }
  } catch (error) {
    return { error: error.message }
  }
})
process.stdout.write(JSON.stringify(rendered))
