"""Who works here, what keys they hold, and how they log in.

    actions.log_in(request, *, username, passphrase="", totp_code="", passkey=None) -> Operator
                                                                      raises LogInRefused, whatever the reason
    actions.log_out(request)                                                    ends every session of the operator
    actions.enrol(username, name, *, roles, language="uk", by=None) -> Enrolment
                                                                      .operator .passphrase .totp_secret .recovery_codes
                                                                      raises UnknownRole, OnBothSides, NameTaken
                                                   with_duress=True: also .duress_words
    actions.give_duress_words(operator) -> str
    duress.register(tell)     what is to happen besides, in the transaction of a log-in under duress
    actions.keys_with_passphrase(operator, passphrase) -> OpenedKeys             for the ceremony and the command line
    actions.found(store, by=(keys, keys)) -> Epoch                               the first two admit each other, epoch 1
    actions.admit(operator, store, by=(keys, keys)) -> Admission                 raises NotAdmitted, RoleMissing
    actions.open_epoch(store, by=(keys, keys)) -> Epoch
    actions.suspend(operator, by=operator | None)                                raises TooFewHolders, NotForThisRole
    actions.leave(operator, by=(keys, keys)) -> list[Epoch]          suspended, and a new epoch in each store
    actions.note_seen(operator, up_to=number)                                    of lookups.admitted_since(operator)
    recovering.rehearse(seed) -> Tried;  recovering.recover(store, seed=, by=(keys, keys)) -> Epoch
    lock_file.is_locked();  lock_file.locked_since() -> datetime | None          the panic lock (`duty.panic`)
    resident: keys that work without a person, and the rows under them
    resident_keys.standing(now) -> list[Standing(resident, missing_since)]       which the worker has
    epochs: what becomes of an epoch afterwards (a backup, the front, the end of its key)
    lookups.current_epoch(store) -> Epoch          .number .public_key; raises NoEpoch
    lookups.is_admitted(operator, store) -> bool;  lookups.admitted_operators(store) -> list[Operator]
    lookups.check_admitted(operator, store)        raises NotAdmitted
    factors.check_fresh_second_factor(request)   raises SecondFactorNeeded: before exports, prints and key work
    factors.show_again(request, operator, *, code="", answer=None)               raises SecondFactorRefused
    factors.new_recovery_codes(operator) -> ten;  factors.unused_recovery_codes(operator)
    passkeys.ask_at_log_in(username), ask_again(operator), ask_to_add(operator)  what the browser asks, with our slip
    passkeys.add(keys, answer, name=…), remove(operator, number), passkeys_of(operator)
    seats: which browsers have tries of their own;  slips: what a browser carries for us, sealed
    session.KeysMiddleware    sets request.operator (Operator | None)
    session.keys_of(request) -> OpenedKeys         .operator .epoch_seed(store, number); raises KeysClosed
    session.LIVE_HEADER       a page that re-fetches itself sends it (hx-headers), so that it keeps no session awake
    session.session_ends_at(request), session.came_at(request) -> datetime
    Operator: .pk .username .name (pseudonym) .language .roles (frozenset of names) .may_hold(store) .suspended_at
              .is_under_duress (then he may hold nothing, and every page is that of an empty shift)
    Roles: operator, senior, supervisor (store "appeals"); bureau, tracing, records, reviewer ("complaints"), each also
    with "-supervisor"; auditor, administrator (no store). One person stands in one of these groups.

An operator who is logged in without opened keys (`KeysClosed`) has to log in again. `NotAdmitted` means that two
holders have not signed for this operator: logging in again does not help.
Whoever logs in a person at the desk also calls `duty.actions.come_on(operator)`, and `duty.actions.go_off(operator)`
before `log_out`.
"""
