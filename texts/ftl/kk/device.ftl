### Іс орындалғанда командалық жолдағы құрылғы не айтады.

device-this = Бұл құрылғы: { $id }
device-signed-in = Кіру орындалды. `habeas sync` істеріңізді әкеледі.
device-signed-in-waiting = Кіру орындалды. Үйлестіруші құрылғыны мына командамен кіргізеді: habeas device approve { $id }
device-record-meanwhile = Бірден жаза беруге болады; жазбалар кейін жіберіледі.
device-waiting = Бұл құрылғы үйлестірушінің кіргізуін күтіп тұр: { $id }
device-kept = Осы аралықта жазғаныңыз осында сақталады, кейін жіберіледі.
device-synced = жіберілді: { $sent }, алынды: { $received }, бөлек қойылды: { $aside }
device-begun-anew = Сервер ленталарын қайта бастады; бұл құрылғыда ештеңе жоғалған жоқ.
device-refused = Сервер жіберілгеннің бірін қабылдамады ({ $code }). Ол осында сақталады; үйлестірушіге айтыңыз.
device-invitation = Шақыру { $hours } сағат бойы және бір адамға жарамды. Оны басқа ешкім оқи алмайтын жерде беріңіз.
device-organisation-made = Ұйым құрылды, бұл құрылғы — оның бірінші үйлестірушісінікі: { $id }
device-second-coordinator = Екінші үйлестіруші болғанша баптау аяқталған жоқ: habeas invite --role coordinator
device-let-in = { $id } кіргізілді: { $account }, { $role }
device-can-open = { $account } келесі үндестіруден кейін { $case } ісін аша алады.
device-state-in = кіргізілген
device-state-waits = күтіп тұр
device-state-unproved = күтіп тұр, кілттері расталмаған
device-no-family = Мекенжайы расталған, күтіп тұрған отбасы жоқ.
device-family-follows = Отбасы енді { $case } ({ $title }) ісін бақылайды. Сұрау басқа іске тіркелсе, сонда көшеді.
request-confirmed = мекенжайы расталған
request-attached = тіркелген
device-family-waits = Отбасы енді ешбір істі бақыламайды; оның сұрауы қайта күтіп тұр.
count-released = жарияланған
count-waits = екінші адамды күтіп тұр
device-contact = Істеріңіз туралы хабарлар мына мекенжайға барады: { $address }.
device-proposed = Оны екінші адам жариялауы керек: habeas tally release { $id }
device-released = Жарияланды: есеп сервердің /counts бетінде тұр.

role-coordinator = үйлестіруші
role-lawyer = адвокат
role-recorder = тіркеуші
role-advocate = құқық қорғаушы
role-clerk = есеп қызметі
