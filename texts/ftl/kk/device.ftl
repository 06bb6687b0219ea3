### Іс орындалғанда командалық жолдағы құрылғы не айтады.

device-synced = жіберілді: { $sent }, алынды: { $received }, бөлек қойылды: { $aside }
device-refused = Сервер жіберілгеннің бірін қабылдамады ({ $code }). Ол осында сақталады; үйлестірушіге айтыңыз.
device-can-open = { $account } келесі үндестіруден кейін { $case } ісін аша алады.
device-state-in = кіргізілген
device-state-waits = күтіп тұр
device-state-unproved = күтіп тұр, кілттері расталмаған
device-no-family = Мекенжайы расталған, күтіп тұрған отбасы жоқ.
device-contact = Істеріңіз туралы хабарлар мына мекенжайға барады: { $address }.

role-coordinator = үйлестіруші
role-lawyer = адвокат
role-recorder = тіркеуші
role-advocate = құқық қорғаушы
role-clerk = есеп қызметі
