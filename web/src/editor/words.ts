/** What the editor says, in the language of the page. */

const french = document.documentElement.lang === "fr";

export const words = french
  ? {
      editor: "Éditeur de requête SPARQL. Échap puis Tab pour en sortir, Ctrl+Espace pour compléter.",
      tabs: "Requêtes ouvertes",
      tab: "Requête",
      newTab: "Nouvelle requête",
      closeTab: "Fermer cette requête",
      format: "Mettre en forme",
      openFile: "Ouvrir un fichier",
      download: "Télécharger (.rq)",
      copyLink: "Copier le lien",
      copied: "Copié",
      tooLong: "Cette requête est trop longue pour un lien : téléchargez-la.",
      unreadable: "Ce fichier ne se lit pas comme un texte.",
      added: "Préfixes ajoutés :",
      keys: "Raccourcis clavier",
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
      format: "Format",
      openFile: "Open a file",
      download: "Download (.rq)",
      copyLink: "Copy link",
      copied: "Copied",
      tooLong: "This query is too long for a link: download it.",
      unreadable: "This file does not read as text.",
      added: "Prefixes added:",
      keys: "Keyboard shortcuts",
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

/** What the keys of the editor do. */
export const keys: readonly (readonly [string, string])[] = french
  ? [
      ["Ctrl+Entrée", "exécuter"],
      ["Ctrl+Espace", "compléter : classes, propriétés, graphes, variables"],
      ["Ctrl+Maj+F", "mettre en forme"],
      ["Ctrl+S", "télécharger la requête"],
      ["Ctrl+/", "commenter les lignes, ou l’inverse"],
      ["Ctrl+Maj+D", "doubler la ligne"],
      ["Ctrl+Maj+K", "supprimer la ligne"],
      ["Ctrl+Z, Ctrl+Y", "annuler, rétablir"],
      ["Échap", "fermer la liste, ou quitter l’éditeur"],
      ["Tab", "quitter l’éditeur"],
    ]
  : [
      ["Ctrl+Enter", "run"],
      ["Ctrl+Space", "complete: classes, properties, graphs, variables"],
      ["Ctrl+Shift+F", "format"],
      ["Ctrl+S", "download the query"],
      ["Ctrl+/", "comment the lines, or the reverse"],
      ["Ctrl+Shift+D", "double the line"],
      ["Ctrl+Shift+K", "delete the line"],
      ["Ctrl+Z, Ctrl+Y", "undo, redo"],
      ["Esc", "close the list, or leave the editor"],
      ["Tab", "leave the editor"],
    ];

/** A number as the page writes it. */
export const figure = (value: number): string => value.toLocaleString(french ? "fr-FR" : "en-GB");
