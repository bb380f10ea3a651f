/** What the editor says, in the language of the page. */

const french = document.documentElement.lang === "fr";

export const words = french
  ? {
      editor: "Éditeur de requête SPARQL. Échap puis Tab pour en sortir, Ctrl+Espace pour compléter.",
      tabs: "Requêtes ouvertes",
      tab: "Requête",
      newTab: "Nouvelle requête",
      closeTab: "Fermer cette requête",
      examples: "Partir d’une question",
      choose: "(choisir)",
      running: "En cours…",
      stop: "Arrêter",
      stopped: "Arrêtée.",
      answered: "Réponse en",
      failed: "Le service n’a pas répondu. Vérifiez la connexion, puis réessayez : votre requête est gardée.",
      mandatory: "obligatoire",
      optional: "facultatif",
      things: "choses",
      of: "sur",
    }
  : {
      editor: "SPARQL query editor. Escape then Tab to leave it, Ctrl+Space to complete.",
      tabs: "Open queries",
      tab: "Query",
      newTab: "New query",
      closeTab: "Close this query",
      examples: "Begin from a question",
      choose: "(choose)",
      running: "Running…",
      stop: "Stop",
      stopped: "Stopped.",
      answered: "Answered in",
      failed: "The service did not answer. Check the connection, then try again: your query is kept.",
      mandatory: "mandatory",
      optional: "optional",
      things: "things",
      of: "of",
    };

/** A number as the page writes it. */
export const figure = (value: number): string => value.toLocaleString(french ? "fr-FR" : "en-GB");
