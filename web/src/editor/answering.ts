/** Running a query without leaving the page: the answer that the server makes takes the place of the last one. */

import { figure, words } from "./words";

export const LONGEST_ADDRESS = 8000;

/** Where the answer to a query is read. */
export function addressOf(query: string): string {
  return `/sparql?${new URLSearchParams({ query, format: "html" }).toString()}`;
}

export class Answering {
  private under: AbortController | null = null;

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly status: HTMLElement,
    /** Told what came, and for which query it was asked. */
    private readonly came: (answer: HTMLElement, tab: object) => void,
  ) {}

  get running(): boolean {
    return this.under !== null;
  }

  stop(): void {
    this.under?.abort();
  }

  /** Ask a tab's query, or follow an address of this page; a query too long for an address is posted. */
  async ask(tab: object, asked: { query: string } | { address: string }): Promise<void> {
    this.stop();
    const under = new AbortController();
    this.under = under;
    const said = this.button.textContent;
    this.button.textContent = words.stop;
    this.status.textContent = words.running;
    const started = performance.now();
    try {
      const address = "address" in asked ? asked.address : addressOf(asked.query);
      const posted = "query" in asked && address.length > LONGEST_ADDRESS;
      const answer = await fetch(posted ? "/sparql" : address, {
        headers: { Accept: "text/html" },
        signal: under.signal,
        ...(posted ? { method: "POST", body: new URLSearchParams({ query: asked.query, format: "html" }) } : {}),
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("answer") ?? refusal(page);
      if (!found) throw new Error("no answer on the page");
      if (!posted && address !== location.pathname + location.search) history.pushState(null, "", address);
      document.title = page.title;
      const language = page.querySelector<HTMLAnchorElement>("a.language");
      if (language) document.querySelector("a.language")?.replaceWith(document.adoptNode(language));
      const seconds = Math.round((performance.now() - started) / 10) / 100;
      this.status.textContent = `${words.answered} ${figure(seconds)} s`;
      this.came(found, tab);
    } catch (error) {
      this.status.textContent = under.signal.aborted ? words.stopped : words.failed;
      if (!under.signal.aborted) console.error(error);
    } finally {
      if (this.under === under) this.under = null;
      this.button.textContent = said;
    }
  }
}

/** What a page says that refuses a query before it is read (too long, too many at once), as an answer. */
function refusal(page: Document): HTMLElement | null {
  const said = page.querySelector<HTMLElement>(".problem");
  if (!said) return null;
  const answer = document.createElement("section");
  answer.id = "answer";
  answer.append(said);
  return answer;
}
