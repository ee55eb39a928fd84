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
