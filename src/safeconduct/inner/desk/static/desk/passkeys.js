// Asks an authenticator, and sends what it signed. Where it offers `prf`, that goes along: it opens the operator's keys.
"use strict";

(() => {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return;
  document.documentElement.classList.add("passkeys");

  const asText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const prfOf = (credential) => {
    const first = credential.getClientExtensionResults().prf?.results?.first;
    return first ? asText(first) : "";
  };

  const question = async (part) => {
    const form = part.closest("form"), told = new FormData();
    for (const name of ["csrfmiddlewaretoken", "username"]) if (form.elements[name]) told.set(name, form.elements[name].value);
    const answer = await fetch(part.dataset.url, { method: "POST", body: told });
    if (!answer.ok) throw new Error("no question");
    return answer.json();
  };

  const asked = {
    async get(options) {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
      const credential = await navigator.credentials.get({ publicKey });
      return { credential, prf: prfOf(credential) };
    },
    async create(options) {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
      const credential = await navigator.credentials.create({ publicKey });
      const prf = prfOf(credential);
      const isOffered = credential.getClientExtensionResults().prf?.enabled;
      return { credential, prf: prf || !isOffered ? prf : await later(credential, publicKey) };
    },
  };

  // Some authenticators say at first only that they can, and answer when they are asked the next time.
  const later = async (credential, made) => {
    const publicKey = {
      challenge: crypto.getRandomValues(new Uint8Array(32)),
      rpId: made.rp.id,
      allowCredentials: [{ type: "public-key", id: credential.rawId }],
      userVerification: "required",
      extensions: { prf: { evalByCredential: { [credential.id]: made.extensions.prf.eval } } },
    };
    try {
      return prfOf(await navigator.credentials.get({ publicKey }));
    } catch {
      return "";
    }
  };

  const put = (part, ending, value) => {
    const field = part.querySelector(`[name$="${ending}"]`);
    if (!field) return;
    field.disabled = false;
    field.value = value;
  };

  // What opens no keys is the second factor only: the six words are asked besides.
  const needsWords = (form, prf) => form.elements.passphrase && !form.elements.passphrase.value && !prf;
  const askForWords = (form) => {
    document.getElementById("words-too").hidden = false;
    document.getElementById("digits").hidden = true;
    form.elements.digits.required = false;
    form.elements.digits.value = "";
    form.elements.passphrase.focus();
  };

  const ask = async (part) => {
    const form = part.closest("form"), trouble = part.querySelector("[data-trouble]");
    const named = form.elements.username ?? form.elements.called;
    if (named && !named.reportValidity()) return;
    trouble.hidden = true;
    try {
      const { options, slip } = await question(part);
      const { credential, prf } = await asked[part.dataset.passkey](options);
      const signed = credential.toJSON();
      // It is sent once and by itself, and not in what is checked and may be looked at.
      delete signed.clientExtensionResults.prf;
      put(part, "slip", slip);
      put(part, "signed", JSON.stringify(signed));
      put(part, "prf", prf);
      if (needsWords(form, prf)) return askForWords(form);
      form.noValidate = true;
      form.requestSubmit();
    } catch {
      trouble.hidden = false;
    }
  };

  document.addEventListener("click", (event) => {
    const part = event.target.closest("button")?.closest("[data-passkey]");
    if (part) ask(part);
  });
})();
