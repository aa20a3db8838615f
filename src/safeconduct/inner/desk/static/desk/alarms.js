// While an alarm rings, two short notes every half minute: only where the browser lets a page be heard.
"use strict";

(() => {
  const EVERY = 30_000;
  const NOTES = [[0, 660], [0.2, 880]];  // seconds from now, hertz
  let audio = null, heardAt = 0;

  const note = (after, hertz) => {
    const from = audio.currentTime + after, tone = audio.createOscillator(), loudness = audio.createGain();
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0.1, from);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.18);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.2);
  };
  const listen = () => {
    if (!document.querySelector("#alarms .alarm:not(.silent)")) heardAt = 0;
    // Before somebody has pressed or typed here, a browser forbids sound and reddens the console.
    else if (Date.now() - heardAt >= EVERY && navigator.userActivation?.hasBeenActive) {
      heardAt = Date.now();
      audio ??= new AudioContext();
      for (const [after, hertz] of NOTES) note(after, hertz);
    }
  };
  setInterval(listen, 1000);
})();
