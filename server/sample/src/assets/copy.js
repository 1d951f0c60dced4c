// Copy buttons. Hidden until this runs, so that a page without scripts offers nothing dead.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const outcome = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      outcome.textContent = `Copied: ${button.dataset.copy}`;
    } catch {
      // The clipboard may be refused: select the text instead, so that one key press copies it.
      const value = button.parentElement.querySelector("code");
      getSelection().selectAllChildren(value);
      outcome.textContent = "The browser refused the clipboard. The text is selected.";
    }
  });
}
