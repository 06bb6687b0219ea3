### What the command-line device says when something was done.

device-synced = sent { $sent }, received { $received }, set aside { $aside }
device-restored = The server was restored from an earlier copy, or moved. What it lacks and this device has it gets back: { $count }. Nothing on this device is lost.
device-refused = The server refused something that this device sent ({ $code }). It is kept here; tell your coordinator.
device-can-open = { $account } can open { $case } at their next sync.
device-state-in = in
device-state-waits = waits
device-state-unproved = waits, keys unproved
device-no-family = No family with a confirmed address is waiting.
device-contact = Alerts about your cases go to { $address }.

role-coordinator = coordinator
role-lawyer = lawyer
role-recorder = recorder
role-advocate = advocate
role-clerk = clerk
