// Copies an equation's LaTeX from its MathML.
for (const button of document.querySelectorAll("button.copy-latex")) {
  button.hidden = !navigator.clipboard
  button.addEventListener("click", async () => {
    const annotation = button.closest(".equation").querySelector(".equation-math annotation")
    await navigator.clipboard.writeText(annotation.textContent)
    button.textContent = "copied"
    setTimeout(() => { button.textContent = "LaTeX" }, 1200)
  })
}

// Puts the formula that a reader types into the commands below the box.
for (const box of document.querySelectorAll(".try")) {
  const input = box.querySelector("input")
  const [shell, python] = [...box.parentElement.querySelectorAll(".try ~ .highlight")].map(block => block.querySelector("code"))
  const quoted = text => /["$`\\!]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`
  input.addEventListener("input", () => {
    shell.textContent = `.venv/bin/proofsheet check ${box.dataset.claim} ${quoted(input.value)}\n`
    python.textContent = `verify.${box.dataset.claim}(claim=${JSON.stringify(input.value)})\n`
  })
}
