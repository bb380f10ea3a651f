/** What every page has: suggestions in its search boxes, buttons that copy what stands in another element. */

import { suggestIn } from "./search";

document.querySelectorAll<HTMLInputElement>("form[action='/search'] input[name='q']").forEach(suggestIn);

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("button[data-copies]");
  const copied = button && document.getElementById(button.dataset.copies ?? "");
  if (button && copied) void copy(copied.textContent, button);
});

async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(text);
  const said = button.textContent;
  button.textContent = button.dataset.done ?? said;
  setTimeout(() => {
    button.textContent = said;
  }, 2000);
}

// The buttons do nothing without this script, and are shown only now.
document.documentElement.classList.add("scripted");
