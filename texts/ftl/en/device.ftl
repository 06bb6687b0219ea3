### What the command-line device says when something was done.

device-this = This device: { $id }
device-signed-in = Signed in. `habeas sync` brings your cases.
device-signed-in-waiting = Signed in. A coordinator lets the device in with: habeas device approve { $id }
device-record-meanwhile = You can record at once; it travels afterwards.
device-waiting = This device waits for a coordinator to let it in: { $id }
device-kept = What you record meanwhile is kept here and travels afterwards.
device-synced = sent { $sent }, received { $received }, set aside { $aside }
device-begun-anew = The server has begun its feeds anew; nothing on this device is lost.
device-refused = The server refused something that this device sent ({ $code }). It is kept here; tell your coordinator.
device-invitation = This invitation holds for { $hours } hours and for one person. Hand it over where nobody else reads it.
device-organisation-made = The organisation is made, and this device is its first coordinator's: { $id }
device-second-coordinator = Set-up is unfinished until there is a second coordinator: habeas invite --role coordinator
device-let-in = { $id } is in: { $account }, { $role }
device-can-open = { $account } can open { $case } at their next sync.
device-state-in = in
device-state-waits = waits
device-state-unproved = waits, keys unproved
device-no-family = No family with a confirmed address is waiting.
device-family-follows = The family follows { $case } ({ $title }) from here on. Attaching the request to another case moves it there.
request-confirmed = confirmed
request-attached = attached
device-family-waits = The family follows no case any more; its request waits.
count-released = released
count-waits = waits for a second person
device-contact = Alerts about your cases go to { $address }.
device-proposed = A second person must release it: habeas tally release { $id }
device-released = Released: it stands on the server's page /counts.

role-coordinator = coordinator
role-lawyer = lawyer
role-recorder = recorder
role-advocate = advocate
role-clerk = clerk
