"""Cases, their threads, messages, files and notes; and how they are erased.

Who may list, read and change what: `access.py`, one rule for filter and check. Who is on shift it asks of duty.

Reading what only a header says (no key needed):
    lookups.queue(operator) -> Queue        .danger_now .waiting_for_us .waiting_for_person .asleep, each a
                                            Group(rows: list[Case], count: int); rows ranked; .cursor
    lookups.own_cases(operator) -> list[Case]
    lookups.case_for(operator, number) -> Case         an own one; raises NoSuchCase for missing and forbidden alike
    lookups.read_for / shown_for(operator, number) -> Case     own or under broken glass / or a row; raise NoSuchCase
    lookups.glass_over(operator, number) -> BrokenGlass | None
    lookups.row_for(operator, number) -> Case          a row of the queue, before it is taken; raises NoSuchCase
    lookups.changed_since(operator, cursor) -> Changes(cursor, numbers)      numbers: cases whose rows changed or went
    lookups.on_their_way(case) -> frozenset[str]       answers that the front has not taken yet (envelope ids in hex)
    lookups.message_for / attachment_for(case, id)     by envelope id in hexadecimal digits; raise NoSuchCase
    Case: .number .opened_at .channel .language .window .about .danger .is_open .owner
          .clock ("first_answer"|"next_answer"|"none") .clock_since .last_word_at .last_visit_at .our_word_given_at
          .read_at (empty while nobody has read what came last)
          .is_code_ours (False: "code not ours") .is_late (waited longer than rules.ANSWER_WITHIN[danger])
          .closed_because .messages .attachments .notes_kept

Opening (needs `session.keys_of(request)`; each call leaves one line in the audit, committed before words are opened):
    opening.open_conversation(case, *, keys) -> Conversation
        .entries: Entry(message, letter | None, answer | None, files: FileShown(note, attachment | None), .is_closed)
        .notes: OpenedNote(note, text | None)      .words: Words | None      .loose_files: Attachment
    opening.open_message(message, *, keys) -> Entry           for one that came after the page was opened
    opening.open_attachment(attachment, *, keys) -> FilePart
    opening.words_of(case, *, keys) -> Words | None           Words(ours, his): `his` is None until `our_word_given`
    All raise NoSuchCase, or NotAdmitted where two holders have not signed for the operator.

What can happen (each one transaction, one line in the audit; refusals are CasesError, or NotAdmitted as above):
    actions.take_next(*, by) -> Case                   raises NothingWaiting
    actions.take(case, *, by) -> Case                  raises TakenByAnother, CaseClosed; `case` from `row_for`
    actions.seek(number, *, by)                        somebody asks for a number; the line in the audit and no more
    actions.break_glass(number, *, reason, by, tell) -> BrokenGlass    by `duty.alarms.break_glass`, which rings
    actions.take_over(case, *, by) -> Case             reopens, or takes from a colleague; `case` from `read_for`
    actions.release(case, *, by)
    actions.answer(case, text, *, statements=(), by) -> Message      statements: handover.letters.Said;
                                                       raises TextTooLong, NothingSaid, CaseClosed
    actions.note(case, text, *, by) -> Note
    actions.our_word_given(case, *, by)
    actions.judge_danger(case, danger, *, by)
    actions.close(case, *, reason, by)                 answered | silent | duplicate | not_for_us | prank_or_probe
    actions.erase(case, *, by)
    actions.erase_as_asked(number, *, by=(one, another)) -> Tombstone    two admitted holders; raises NoSuchCase
    arriving.take_in(envelope, header)                 registered with handover.kinds for "appeal"
    retention.sweep() -> int                           erases what is over its term (worker; nothing where none is set)
    retention.end_of(case) -> datetime | None          from when on its term is over
    journal.write_down() -> int                        carries erasures into the journal (worker, each second)
    erasing.erase_again(erasure) -> bool               after a restore, each line of `journal.read(content)`
    lookups.proof_of(number) -> Proof(stone, line)     that a case was erased; raises NoSuchCase
    erasing.sweep() -> int                             clears what erased rows left in the files (worker, each minute)
"""
