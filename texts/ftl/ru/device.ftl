### Что говорит устройство в командной строке, когда дело сделано.

device-synced = отправлено { $sent }, получено { $received }, оставлено в стороне { $aside }
device-refused = Сервер не принял что-то из отправленного ({ $code }). Оно хранится здесь; скажите координатору.
device-can-open = { $account } сможет открыть { $case } после следующей синхронизации.
device-state-in = впущено
device-state-waits = ждёт
device-state-unproved = ждёт, ключи не подтверждены
device-no-family = Нет семей с подтверждённым адресом, которые ждут.
device-contact = Сообщения о ваших делах идут на { $address }.

role-coordinator = координатор
role-lawyer = адвокат
role-recorder = регистратор
role-advocate = правозащитник
role-clerk = служба учёта
