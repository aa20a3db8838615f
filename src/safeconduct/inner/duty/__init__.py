"""Who is on shift, and what rings until somebody takes it.

actions.come_on(operator) -> Attendance | None     at log-in; None for roles that stand no shift
actions.go_off(operator)                           at log-out, before `operators.actions.log_out`; open cases go
                                                   back to the queue, the last one off closes the shift
actions.sweep() -> int                             ends attendances whose sessions idled out (worker, each minute)
lookups.on_shift() -> list[Operator];  lookups.current_shift() -> Shift | None;  lookups.is_on_shift(operator)
alarms.ring(kind, about=…, by=operator) -> Alarm   within the caller's transaction or one of its own; `rules.ALARMS`
                                                   has the kinds, and for whom each rings
alarms.break_glass(number, reason=…, by=operator) -> BrokenGlass      opens a case that is another's, and rings
alarms.ringing(operator) -> tuple[Alarm, ...];  alarms.alarm_for(operator, number);  alarms.take(alarm, by=operator)
"""
