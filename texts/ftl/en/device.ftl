### What the command-line device says when something was done.

device-synced = sent { $sent }, received { $received }, set aside { $aside }
device-restored = The server was restored from an earlier copy, or moved, or what it said before was not true. What it lacks and this device has it gets back: { $count }. Nothing on this device is lost.
device-copied = There is something newer under this device's name than what is here: it was restored from an older copy, or somebody has a copy of it. Everything that was written is kept, and from now on told apart. If it was not you who restored it, tell a coordinator at once: a copy reads whatever this device reads.
device-by-shares = Two of the printed shares have let in another coordinator: the device { $id }. If nobody can say whose it is, freeze them at once, and print other shares: these two go on holding until then.
device-role = From now on you are: { $role }
device-audit-lost = The server's audit record was shortened or restored from a backup: the entry that this device keeps, { $head }, is no longer in it. This device keeps the old mark and the new one. If nobody has restored the server, tell a coordinator at once.
device-audit-gone = { $head } is no longer in the server's record
error-audit-unknown = No entry of the server's audit record is known here yet; sync first
bundle-taken = taken in: { $received }, set aside: { $aside }, of cases that this device cannot open: { $closed }
bundle-acknowledged = By the acknowledgement the server now has of this device's changes: { $count }
error-bundle-torn = The bundle is cut off or damaged: whatever could be read before that has been used. Get the whole file again for the rest
device-refused = The server refused something that this device sent ({ $code }). It is kept here; tell your coordinator.
device-erased = A coordinator has erased the case { $case } everywhere. Nothing of it is on this device any more; of what was recorded here and not sent, this was destroyed with it: { $unsent }.
device-of-erased = Changes of cases that are erased have come. Nothing of them was kept: { $count }.
device-not-counting = The server is not counting since { $since }: no limit is watched and nobody is warned. Count the hours yourself, and tell the operator and the coordinators.
device-clock-off = This device's clock and the server's are { $minutes } min apart: times that you record and limits that are shown may be off by as much. Set the clock right.
device-can-open = { $account } can open { $case } at their next sync.
device-state-in = in
device-state-revoked = revoked
device-state-refused = not let in
device-state-frozen = frozen
device-state-waits = waits
device-state-unproved = waits, keys unproved
device-heard = { $state }; newest record of it here: { $when }
device-unheard = { $state }; no record of it here
device-differs = The device of { $who } was shown another history by this server than this one. Either the server was restored from a backup, or it shows different people different things. Compare by another way what both of you have, and tell whoever runs the server
device-withheld = The device of { $who } knows of an admission, a grant or a revocation that the server does not give this device. Exchange again; if that changes nothing, ask { $who } by another way, and tell whoever runs the server
device-no-family = No family with a confirmed address is waiting.
device-contact = Alerts about your cases go to { $address }.

role-coordinator = coordinator
role-lawyer = lawyer
role-recorder = recorder
role-advocate = advocate
role-clerk = clerk

# Attachments

attachment-here = on this device and at the server
attachment-unsent = on this device, not at the server yet
attachment-there = not on this device
attachment-size = { $kilobytes } kB
attachment-goes = To the server: part { $done } of { $all }
attachment-comes = From the server: part { $done } of { $all }
error-no-attachment = the case has no attachment number { $number }
error-attachment-original = only of a JPEG or PNG photograph can be taken out where and with what it was taken; this file is something else, or not whole
error-attachment-damaged = the sealed file on this device is damaged
error-attachment-not-there = the server does not have all of it yet: whoever attached it has to reach the server first. What has come by now stays here, and the next attempt goes on behind it
error-attachment-stays = The attachment “{ $what }” of the case { $case } did not get to the server: { $why }. All facts have, and so have the other attachments; in all, this many have not: { $count }. Every exchange tries again. If the file on this device is damaged or gone, attach the paper once more and take this entry back

## Second factors

factor-on = This account has a second factor. Recovery codes left: { $left }
factor-not-needed = This account has no second factor, and its role needs none.
