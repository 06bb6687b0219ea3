### Что говорит устройство в командной строке, когда дело сделано.

device-this = Это устройство: { $id }
device-signed-in = Вход выполнен. `habeas sync` принесёт ваши дела.
device-signed-in-waiting = Вход выполнен. Координатор впускает устройство командой: habeas device approve { $id }
device-record-meanwhile = Записывать можно сразу; записи уйдут потом.
device-waiting = Это устройство ждёт, когда координатор его впустит: { $id }
device-kept = Всё, что вы запишете тем временем, хранится здесь и уйдёт потом.
device-synced = отправлено { $sent }, получено { $received }, оставлено в стороне { $aside }
device-begun-anew = Сервер начал свои ленты заново; на этом устройстве ничего не потеряно.
device-refused = Сервер не принял что-то из отправленного ({ $code }). Оно хранится здесь; скажите координатору.
device-invitation = Приглашение действует { $hours } ч и для одного человека. Передайте его там, где его не прочтёт никто другой.
device-organisation-made = Организация создана, и это устройство её первого координатора: { $id }
device-second-coordinator = Настройка не закончена, пока нет второго координатора: habeas invite --role coordinator
device-let-in = { $id } впущено: { $account }, { $role }
device-can-open = { $account } сможет открыть { $case } после следующей синхронизации.
device-state-in = впущено
device-state-waits = ждёт
device-state-unproved = ждёт, ключи не подтверждены
device-no-family = Нет семей с подтверждённым адресом, которые ждут.
device-family-follows = Семья теперь следит за делом { $case } ({ $title }). Если прикрепить запрос к другому делу, он перейдёт туда.
request-confirmed = адрес подтверждён
request-attached = прикреплён
device-family-waits = Семья больше не следит ни за каким делом; её запрос снова ждёт.
count-released = опубликован
count-waits = ждёт второго человека
device-contact = Сообщения о ваших делах идут на { $address }.
device-proposed = Опубликовать должен второй человек: habeas tally release { $id }
device-released = Опубликовано: подсчёт стоит на странице сервера /counts.

role-coordinator = координатор
role-lawyer = адвокат
role-recorder = регистратор
role-advocate = правозащитник
role-clerk = служба учёта
