/** Suggestions under the search boxes: places, notions and questions as they are typed (WAI-ARIA combobox). */

interface Suggestion {
  label: string;
  about: string;
  url: string;
}

const DELAY = 120; // milliseconds after the last letter
const MOST = 8;
let boxes = 0;

/** Give a search box its list; without this script it leads to the page of results all the same. */
export function suggestIn(input: HTMLInputElement): void {
  const list = document.createElement("ul");
  list.id = `suggestions-${String(++boxes)}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label") ?? "");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ] as const)
    input.setAttribute(name, value);

  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: AbortController | undefined;
  let chosen = -1;

  function close(): void {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(at: number): void {
    const options = [...list.children];
    chosen = (at + options.length + 1) % (options.length + 1); // past the last: the text as it was typed
    options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === chosen));
    });
    const option = options[chosen];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  async function ask(): Promise<void> {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    if (!text) {
      close();
      return;
    }
    const query = new URLSearchParams({ q: text, limit: String(MOST) });
    try {
      const answer = await fetch(`/search.json?${query.toString()}`, { signal: asked.signal });
      const found = answer.ok ? ((await answer.json()) as { results: Suggestion[] }).results : [];
      show(found);
    } catch {
      close(); // another letter came, or the service is away
    }
  }

  function show(found: Suggestion[]): void {
    list.replaceChildren(
      ...found.map(({ label, about, url }, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${String(at)}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = url;
        const small = document.createElement("span");
        small.className = "small";
        small.textContent = about;
        option.append(label, small);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
  }

  function open(option: Element | undefined): boolean {
    const url = (option as HTMLElement | undefined)?.dataset.url;
    if (url) location.assign(new URL(new URL(url).pathname, location.href));
    return Boolean(url);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), DELAY);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? list.children.length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key !== "Enter" || !open(list.children[chosen])) return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus
    open((event.target as Element).closest("li") ?? undefined);
  });
  input.addEventListener("blur", close);
}
